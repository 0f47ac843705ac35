import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn worker …`
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "See the workers, and have one leave.",
        subcommands: [WorkerList.self, WorkerDrain.self])
}

/// `cairn worker list`
struct WorkerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the workers, the newest first.")

    @Flag(help: "Those that have ended as well.") var all = false
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let workers = try await server.client().workers(includingEnded: all)
        printer.show(.array(workers.map(\.json))) { Self.table(workers, now: Date()).lines(width: printer.width) }
        if !printer.isJSON, workers.isEmpty {
            printer.remark(
                "No worker is there; start one with `cairn-worker --namespace NS`, or everything with `cairn up`")
        }
    }

    static func table(_ workers: [WorkerObject], now: Date) -> Table {
        var table = Table([
            .init(title: "id", isRight: true), .init(title: "name", folds: .late), .init(title: "state"),
            .init(title: "running", isRight: true),
            .init(title: "host", isOptional: true), .init(title: "pid", isRight: true, isOptional: true),
            .init(title: "heartbeat", isRight: true),
            .init(title: "namespaces", folds: .early), .init(title: "handlers", folds: .early),
        ])
        for worker in workers {
            table.add([
                Span("\(worker.id)"), Span(worker.name), Span(worker.state, worker.state == "live" ? .green : .yellow),
                Span("\(worker.running)/\(worker.concurrency)"), Span(worker.host ?? ""),
                Span(worker.processID.map(String.init) ?? ""), Span(Times.ago(worker.heartbeatAt, now: now)),
                Span(worker.namespaces.joined(separator: ", ")), Span(worker.handlers.joined(separator: ", "), .dim),
            ])
        }
        return table
    }
}
