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
        let client = try server.client()
        let task = try await client.task(task.id)
        let now = Date()
        let obstacles = printer.isJSON ? [] : await client.obstacles(to: task, now: now)
        printer.show(task.json) {
            TaskSheet(task: task, now: now, remarks: obstacles.flatMap(\.lines)).lines(width: printer.width)
        }
    }
}
