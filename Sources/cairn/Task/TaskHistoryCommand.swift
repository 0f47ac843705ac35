import ArgumentParser
import CairnClient
import CairnModel

/// `cairn task history ID`
struct TaskHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show everything that happened to a task and its steps, in order.")

    @OptionGroup var task: TaskArgument
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let history = try await server.client().history(task.id)
        printer.show(.array(history.merged.map(\.json))) { Self.table(history).lines(width: printer.width) }
    }

    static func table(_ history: TaskHistory) -> Table {
        var table = Table([
            .init(title: "id", isRight: true), .init(title: "at"), .init(title: "of", folds: .late),
            .init(title: "event"),
            .init(title: "states", folds: .early), .init(title: "attempt", isRight: true),
            .init(title: "by", folds: .late), .init(title: "reason", folds: .early),
        ])
        for row in history.merged {
            let look =
                row.step == nil
                ? StateLook(task: TaskState(rawValue: row.toState)) : StateLook(step: StepState(rawValue: row.toState))
            let path = row.path.isEmpty ? [row.fromState, row.toState].compactMap { $0 } : row.path
            table.add([
                Span("\(row.id)", .dim), Span(Times.clock(row.at), .dim),
                Span(row.step ?? "task", row.step == nil ? .bold : .plain),
                Span(row.event), Span(path.joined(separator: " → "), look.colour),
                Span(row.attempt.map { $0 > 0 ? "\($0)" : "" } ?? ""),
                Span(row.actor ?? row.worker.map { "worker \($0)" } ?? ""), Span(row.reason ?? ""),
            ])
        }
        return table
    }
}
