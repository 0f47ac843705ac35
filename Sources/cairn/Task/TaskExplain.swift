import ArgumentParser
import CairnClient
import CairnModel

/// `cairn task explain ID [STEP]`
struct TaskExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a task and its steps do not go on, and what would change that.")

    @OptionGroup var task: TaskArgument

    @Argument(help: "Only this step.")
    var step: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let explanations = try await server.client().explain(task.id, step: step)
        printer.show(explanations.json) { Self.lines(explanations.all, task: task.id, width: printer.width) }
    }

    static func lines(_ explanations: [Explanation], task: Int64, width: Int) -> [Line] {
        explanations.flatMap { entry in
            let look =
                entry.step == nil
                ? StateLook(task: TaskState(rawValue: entry.state)) : StateLook(step: StepState(rawValue: entry.state))
            let heading = Line([
                Span("\(look.symbol) \(entry.step ?? "task \(task)")", entry.step == nil ? .bold : .plain),
                Span("  \(entry.state)", look.colour), Span("  \(entry.reason)", .dim),
            ])
            let room = width == .max ? width : width - 4
            return [heading] + wrapped(sanitized(entry.text), to: room).map { Line("    \($0)") }
                + wrapped(sanitized("→ " + entry.whatToDo), to: room).map { Line("    \($0)", .dim) }
        }
    }
}
