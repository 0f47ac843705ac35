import CairnClient
import CairnModel

/// The changes of a task, told one a line, each once.
struct ChangeLog {
    private var told: Set<Int64> = []

    /// The rows of the histories that have not been told yet, in order.
    mutating func fresh(_ history: TaskHistory) -> [HistoryRow] {
        history.merged.filter { told.insert($0.id).inserted }
    }

    /// A change as a line: `2026-11-21 11:42:42.123Z  extract_files  in_progress  attempt 1 · worker 7`.
    static func line(_ row: HistoryRow, task: TaskObject) -> Line {
        let name = row.step ?? "task \(task.id)"
        let width = task.steps.reduce(displayWidth("task \(task.id)")) { max($0, displayWidth($1.name)) }
        let look =
            row.step == nil
            ? StateLook(task: TaskState(rawValue: row.toState)) : StateLook(step: StepState(rawValue: row.toState))
        var notes: [String] = []
        if let attempt = row.attempt, attempt > 0 { notes.append("attempt \(attempt)") }
        if let worker = row.worker { notes.append("worker \(worker)") }
        if let reason = row.reason { notes.append(reason) }
        let step = row.step.flatMap { name in task.steps.first { $0.name == name } }
        if let message = step?.errorMessage, row.attempt == step?.attempt, row.reason != message,
            row.toState == "error" || row.toState == "waiting_for_retry"
        {
            notes.append(message)
        }
        var spans = [
            Span(Times.clock(row.at) + "  ", .dim),
            Span(name + String(repeating: " ", count: width - displayWidth(name)), row.step == nil ? .bold : .plain),
            Span("  " + row.toState, look.colour),
        ]
        if !notes.isEmpty { spans.append(Span("  " + notes.joined(separator: " · "))) }
        return Line(spans)
    }
}
