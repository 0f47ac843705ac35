import CairnClient
import CairnModel

/// Counts the tasks that an action would be tried on; with `--yes` does it to them.
struct BulkRun {
    var action: BulkAction
    var options: BulkOptions
    var whoAndWhy: WhoAndWhy
    var printer: Printer

    func run(_ server: ServerOptions) async throws {
        let filter = try options.filter()
        guard options.yes else { return show(count: try await server.client().count(action, filter)) }
        // The answer comes when it is done to all of them.
        let report = try await server.client(timeout: 86_400).run(action, filter, whoAndWhy)
        printer.show(report.json) { Self.lines(report, action: action.name) }
        if report.refused > 0 { throw CommandError.silentRefusal }
    }

    private func show(count: BulkReport) {
        printer.show(count.json) { [Self.line(count)] }
        guard !printer.isJSON, count.matched > 0 else { return }
        printer.remark("Nothing was done. Add --yes to do it")
    }

    /// `12 tasks match (error 10, blocked_by_failures 2)`
    static func line(_ count: BulkReport) -> Line {
        let states = count.byState.map { "\($0.state) \($0.count)" }.joined(separator: ", ")
        let tasks = count.matched == 1 ? "1 task matches" : "\(count.matched) tasks match"
        return Line(tasks + (states.isEmpty ? "" : " (\(states))"))
    }

    /// What was done, and why some refused: each reason once, with the tasks it is of.
    static func lines(_ report: BulkReport, action: String) -> [Line] {
        let tasks = report.done == 1 ? "1 task" : "\(report.done) tasks"
        var lines = [Line([Span("✔ ", .green), Span("\(action.replacing("_", with: " ")): \(tasks)")])]
        guard report.refused > 0 else { return lines }
        lines.append(Line([Span("✖ ", .red), Span("refused: \(report.refused)")]))
        lines += report.refusals.map { Line("  " + ($0["message"]?.stringValue ?? "")) }
        if report.refused > Int64(report.refusals.count) {
            lines.append(Line("  … and \(report.refused - Int64(report.refusals.count)) more", .dim))
        }
        return lines
    }
}
