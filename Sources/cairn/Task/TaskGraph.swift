import ArgumentParser
import CairnClient
import CairnModel

/// `cairn task graph ID`
struct TaskGraph: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw a task's steps and their states.")

    @OptionGroup var task: TaskArgument
    @OptionGroup var graph: GraphOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let task = try await server.client().task(task.id)
        let nodes = task.steps.map {
            GraphNode(name: sanitized($0.name), dependsOn: $0.dependsOn.map(sanitized), state: $0.state)
        }
        graph.show(GraphDrawing(nodes), output.printer)
    }
}
