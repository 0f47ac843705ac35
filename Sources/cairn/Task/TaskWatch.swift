import ArgumentParser
import CairnModel

/// `cairn task watch ID`
struct TaskWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a task to its end: exit 0 if it completes, else 1.",
        discussion: "In a terminal the steps are drawn live; otherwise each change is a line (with --json, an object).")

    @OptionGroup var task: TaskArgument

    @Option(help: ArgumentHelp("How often to ask the server.", valueName: "duration"))
    var interval = "250ms"

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard let span = Milliseconds(interval), span >= .milliseconds(50) else {
            throw ValidationError(
                "--interval must be a duration of at least 50ms, such as 250ms or 2s, not \"\(interval)\"")
        }
    }

    func run() async throws {
        let printer = output.printer
        let way = TaskWatcher.way(for: printer)
        if way == .live { CursorGuard.install() }
        let watcher = TaskWatcher(
            client: try server.client(), way: way, style: printer.style,
            interval: Milliseconds(interval)?.duration ?? .milliseconds(250), remark: printer.remark)
        try TaskEnding.check(try await watcher.follow(task.id), printer)
    }
}
