import CairnClient
import CairnModel
import Foundation

/// Why a task does not go on by itself: it is held, or it has no worker.
struct Obstacle: Equatable {
    /// The same for as long as it is the same obstacle; the lines may tell how long ago it came.
    var key: String
    /// What it is, and what moves the task.
    var lines: [String]

    /// What the server's explanation of a task may say that holds the whole of it.
    private static let holds: Set<String> = ["blocked", "paused", "run_at"]

    /// Whether there is any reason to ask: the task rests, or steps of it wait for somebody.
    static func mayBe(in task: TaskObject, now: Date) -> Bool {
        guard task.state?.isTerminal != true, !task.isCancelling else { return false }
        return task.state == .blockedByFailures || task.state == .pending
            || !MissingWorkers.ready(task, now: now).isEmpty
    }

    /// What holds the whole task; nil when nothing does.
    init?(_ explanations: Explanations) {
        guard let task = explanations.all.first(where: { $0.step == nil }), Self.holds.contains(task.reason) else {
            return nil
        }
        key = task.reason
        lines = [task.text, task.whatToDo]
    }

    /// Workers that are missing, a line each.
    init(missing line: String) {
        key = line
        lines = [line]
    }
}

extension CairnClient {
    /// Asks why a task rests. A server that does not say is no failure here.
    func obstacles(to task: TaskObject, now: Date = Date()) async -> [Obstacle] {
        guard Obstacle.mayBe(in: task, now: now) else { return [] }
        if let explanations = try? await explain(task.id), let held = Obstacle(explanations) { return [held] }
        return await missingWorkers(for: task, now: now).lines.map(Obstacle.init(missing:))
    }
}
