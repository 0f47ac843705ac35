import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn retention`
struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "See or say how long finished tasks and the history are kept.",
        discussion: """
            A task that has not ended, has an open dead letter or an undelivered hook stays whatever its age. The history
            leaves by whole weeks.
            """)

    @Option(
        help: ArgumentHelp("How long a task is kept after its end, such as 30d, or forever.", valueName: "duration"))
    var keepTasks: String?

    @Option(help: ArgumentHelp("How long the history is kept, such as 90d, or forever.", valueName: "duration"))
    var keepHistory: String?

    @Flag(help: "Do it; otherwise it is only said what would change.") var yes = false

    @Option(help: ArgumentHelp("Why it is changed; kept with the action.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("Who changes it (default: your login name).", valueName: "name"))
    var by: String?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    private var isChange: Bool { keepTasks != nil || keepHistory != nil }

    func validate() throws {
        for (option, text) in [("--keep-tasks", keepTasks), ("--keep-history", keepHistory)] {
            if let text, text != "forever", Milliseconds(text) == nil {
                throw ValidationError("\(option) must be a duration such as 30d, or forever, not \"\(text)\"")
            }
        }
        if isChange, (reason ?? "").allSatisfy(\.isWhitespace) { throw ValidationError("--reason must say why") }
        if !isChange, yes || reason != nil || by != nil {
            throw ValidationError("Say what changes with --keep-tasks or --keep-history")
        }
    }

    func run() async throws {
        let printer = output.printer
        let client = try server.client()
        guard isChange, yes else {
            let now = try await client.retention()
            try KeptSpans(now).changed(tasks: keepTasks, history: keepHistory).check()
            printer.show(now.json) { lines(now) }
            if isChange, !printer.isJSON { printer.remark("Nothing was changed. Add --yes to change it") }
            return
        }
        let whoAndWhy = WhoAndWhy(by: by ?? WhoAndWhyOptions.loginName, reason: reason ?? "")
        let changed = try await client.setRetention(
            tasks: keepTasks.map(Self.json), history: keepHistory.map(Self.json), whoAndWhy)
        printer.show(changed.json) { lines(changed) }
    }

    private static func json(_ text: String) -> JSON { text == "forever" ? .null : .string(text) }

    private func lines(_ retention: RetentionObject) -> [Line] {
        func kept(_ present: String?, _ wanted: String?) -> String {
            let present = present ?? "forever"
            guard let wanted, !yes, wanted != present else { return present }
            return "\(present) → \(wanted)"
        }
        var lines = [
            Line([Span("tasks    ", .dim), Span(kept(retention.keepTasks, keepTasks))]),
            Line([Span("history  ", .dim), Span(kept(retention.keepHistory, keepHistory))]),
        ]
        if let at = retention.changedAt {
            lines.append(Line([Span("changed  ", .dim), Span("\(Times.clock(at)) by \(retention.changedBy ?? "?")")]))
        }
        let tasks = retention.expiredTasks == 1 ? "1 task" : "\(retention.expiredTasks) tasks"
        let parts = retention.expiredPartitions.count
        lines.append(
            Line([
                Span("leaving  ", .dim),
                Span("\(tasks), \(parts == 1 ? "1 partition" : "\(parts) partitions") of the history"),
            ]))
        for part in retention.expiredPartitions {
            guard let task = part["kept_by_task"]?.intValue else { continue }
            lines.append(Line("  \(part["name"]?.stringValue ?? "?") stays for task \(task)"))
        }
        return lines
    }
}
