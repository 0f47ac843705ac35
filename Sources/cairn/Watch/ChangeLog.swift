import CairnClient
import CairnModel

/// The changes of a task, told one a line, each once.
struct ChangeLog {
    private var told: Set<Int64> = []

    /// The rows of the histories that have not been told yet, in order.
    mutating func fresh(_ history: TaskHistory) -> [HistoryRow] {
        history.merged.filter { told.insert($0.id).inserted }
    }

    /// Changes as lines: `2026-11-21 11:42:42.123Z  extract_files  in_progress  attempt 1 · worker 7`.
    static func lines(_ rows: [HistoryRow], task: TaskObject) -> [Line] {
        let steps = Dictionary(task.steps.map { ($0.name, $0) }) { first, _ in first }
        let width = task.steps.reduce(displayWidth("task \(task.id)")) { max($0, displayWidth($1.name)) }
        return rows.map { line($0, task: task, step: $0.step.flatMap { steps[$0] }, width: width) }
    }

    private static func line(_ row: HistoryRow, task: TaskObject, step: StepObject?, width: Int) -> Line {
        let name = row.step ?? "task \(task.id)"
        let look =
            row.step == nil
            ? StateLook(task: TaskState(rawValue: row.toState)) : StateLook(step: StepState(rawValue: row.toState))
        var notes: [String] = []
        if let attempt = row.attempt, attempt > 0 { notes.append("attempt \(attempt)") }
        if let worker = row.worker { notes.append("worker \(worker)") }
        if let reason = row.reason { notes.append(reason) }
        if let message = step?.errorMessage, row.attempt == step?.attempt, row.reason != message,
            row.toState == "error" || row.toState == "waiting_for_retry"
        {
            notes.append(message)
        }
        var spans = [
            Span(Times.clock(row.at) + "  ", .dim),
            Span(
                name + String(repeating: " ", count: max(0, width - displayWidth(name))),
                row.step == nil ? .bold : .plain),
            Span("  " + row.toState, look.colour),
        ]
        if !notes.isEmpty { spans.append(Span("  " + notes.joined(separator: " · "))) }
        return Line(spans)
    }
}
