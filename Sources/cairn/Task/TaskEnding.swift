import CairnClient
import CairnModel

/// What the end of a task means for whoever waited for it.
enum TaskEnding {
    /// Whether the task did what it was to do.
    static func isGood(_ task: TaskObject) -> Bool { task.state == .complete || task.state == .resolvedManually }

    /// Throws when it did not; the errors of its steps are told first.
    static func check(_ task: TaskObject, _ printer: Printer) throws {
        guard !isGood(task) else { return }
        if !printer.isJSON {
            for line in errors(of: task) { printer.remark(line) }
            printer.remark("See more with `cairn task show \(task.id)` and `cairn task history \(task.id)`")
        }
        throw CommandError.silentFailure
    }

    static func errors(of task: TaskObject) -> [String] {
        let failed = task.steps.filter { $0.state == .error }
        return ["error: task \(task.id) ended in \(task.stateName)"]
            + failed.map { "  \($0.name), attempt \($0.attempt)/\($0.maxAttempts): \($0.errorMessage ?? "no message")" }
    }
}
