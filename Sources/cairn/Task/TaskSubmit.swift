import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn task submit NS TEMPLATE`
struct TaskSubmit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Submit a task.",
        usage:
            "cairn task submit <namespace> <template> [options]\n       cairn task submit <namespace>/<template>[@<version>] [options]"
    )

    @Argument(help: "The template's namespace; or both, as namespace/template[@version].")
    var namespace: String

    @Argument(help: "The template's name.")
    var template: String?

    @Option(help: ArgumentHelp("What the task works on: JSON, @file, or - for standard input.", valueName: "json"))
    var context: String?

    @Option(help: "The version of the template (default: the highest).")
    var version: String?

    @OptionGroup var details: SubmitDetails

    @Flag(name: [.customLong("wait"), .customLong("watch")], help: "Follow the task to its end; exit 1 if it fails.")
    var wait = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let name = try TemplateName(namespace, template, version: version)
        var submission = Submission(namespace: name.namespace, template: name.name)
        submission.version = name.version
        submission.context = try context.map(JSONArgument.read)
        try details.fill(&submission)
        let client = try server.client()
        let task = try await client.naming(name) { try await client.submit(submission) }
        guard wait else {
            show(task, printer)
            if !printer.isJSON { await client.obstacles(to: task).flatMap(\.lines).forEach(printer.remark) }
            return
        }
        let way: TaskWatcher.Way = printer.isJSON ? .silent : TaskWatcher.way(for: printer)
        if way == .live { CursorGuard.install() }
        let watcher = TaskWatcher(client: client, way: way, style: printer.style, remark: printer.remark)
        let ended = try await watcher.follow(task.id)
        if printer.isJSON { Streams.json(ended.json) }
        try TaskEnding.check(ended, printer)
    }

    private func show(_ task: TaskObject, _ printer: Printer) {
        printer.show(task.json) { [task.line] }
        if !printer.isJSON, Terminal.isInteractive { printer.remark("Watch it with `cairn task watch \(task.id)`") }
    }
}
