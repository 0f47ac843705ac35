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
    ///
    /// `messages` are those of attempts that are not the last of their step.
    static func lines(_ rows: [HistoryRow], task: TaskObject, messages: [Attempt: String] = [:]) -> [Line] {
        let steps = Dictionary(task.steps.map { ($0.name, $0) }) { first, _ in first }
        let width = task.steps.reduce(displayWidth("task \(task.id)")) { max($0, displayWidth($1.name)) }
        return rows.map { row in
            let step = row.step.flatMap { steps[$0] }
            let message = failure(row).map { $0.number == step?.attempt ? step?.errorMessage : messages[$0] } ?? nil
            return line(row, task: task, message: message, width: width)
        }
    }

    /// An attempt of a step of the task.
    struct Attempt: Hashable {
        var step: String
        var number: Int
    }

    /// The attempt whose failure a row tells of.
    private static func failure(_ row: HistoryRow) -> Attempt? {
        guard let step = row.step, let number = row.attempt else { return nil }
        return row.toState == "error" || row.toState == "waiting_for_retry" ? Attempt(step: step, number: number) : nil
    }

    /// The steps that have gone on since a failure that these rows tell of, so that the task knows no more why it was.
    static func stepsWithOlderFailures(_ rows: [HistoryRow], task: TaskObject) -> Set<String> {
        let attempts = Dictionary(task.steps.map { ($0.name, $0.attempt) }) { first, _ in first }
        return Set(rows.compactMap(failure).filter { $0.number != attempts[$0.step] }.map(\.step))
    }

    private static func line(_ row: HistoryRow, task: TaskObject, message: String?, width: Int) -> Line {
        let name = row.step ?? "task \(task.id)"
        let look =
            row.step == nil
            ? StateLook(task: TaskState(rawValue: row.toState)) : StateLook(step: StepState(rawValue: row.toState))
        var notes: [String] = []
        if let attempt = row.attempt, attempt > 0 { notes.append("attempt \(attempt)") }
        if let worker = row.worker { notes.append("worker \(worker)") }
        if let reason = row.reason { notes.append(reason) }
        if let message, row.reason != message { notes.append(message) }
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
