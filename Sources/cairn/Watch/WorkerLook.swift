import CairnClient
import Foundation

/// Looks now and then whether the workers that a task waits for are there.
struct WorkerLook {
    /// Who was missing at the last look.
    private(set) var missing = MissingWorkers()
    private var told: Set<String> = []
    private var next = ContinuousClock.now

    /// Looks if it is time to, and returns what has not been told before.
    mutating func look(_ task: TaskObject, _ client: CairnClient) async -> [String] {
        guard !MissingWorkers.ready(task, now: Date()).isEmpty else {
            missing = MissingWorkers()
            return []
        }
        guard ContinuousClock.now >= next else { return [] }
        missing = await client.missingWorkers(for: task)
        next = .now + .seconds(2)
        return missing.lines.filter { told.insert($0).inserted }
    }
}
