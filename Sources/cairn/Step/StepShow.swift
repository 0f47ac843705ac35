import ArgumentParser
import CairnClient
import Foundation

/// `cairn step show TASK STEP`
struct StepShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a step and all its attempts.")

    @OptionGroup var task: TaskArgument

    @Argument(help: "The step's name.")
    var step: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let step = try await server.client().step(task.id, step)
        printer.show(step.json) { StepSheet(step: step, task: task.id, now: Date()).lines(width: printer.width) }
    }
}
