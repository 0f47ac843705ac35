import ArgumentParser
import CairnClient
import Foundation

/// `cairn task show ID`
struct TaskShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a task and its steps.")

    @OptionGroup var task: TaskArgument
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let task = try await server.client().task(task.id)
        printer.show(task.json) { TaskSheet(task: task, now: Date()).lines(width: printer.width) }
    }
}
