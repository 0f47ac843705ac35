import Postgres

/// What one sweep found and did.
package struct SweepReport: Sendable, Equatable {
    package let lostWorkers: Int32
    package let expiredAttempts: Int32
    package let dueRetries: Int32
    package let startedTasks: Int32
    package let delayedSteps: Int32
    package let givenUpTasks: Int32
    package let staleTasks: Int32
    package let repairedTasks: Int32

    /// Whether a part took as much as it may at once, so that more is probably left.
    package func isFull(limit: Int32) -> Bool {
        [expiredAttempts, dueRetries, startedTasks, delayedSteps, givenUpTasks].contains { $0 >= limit }
    }
}

extension Store {
    /// One tick of what no worker causes: lost workers, expired attempts, due retries, tasks and delays, tasks that were
    /// held or rested for too long.
    package func sweep(limit: Int32 = 1000) async throws -> SweepReport {
        let row = try await pool.query(
            "select * from cairn.sweep(\(limit))",
            as: (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32).self)[0]
        return SweepReport(
            lostWorkers: row.0, expiredAttempts: row.1, dueRetries: row.2, startedTasks: row.3, delayedSteps: row.4,
            givenUpTasks: row.5, staleTasks: row.6, repairedTasks: row.7)
    }

    /// Makes the coming weeks' partitions of the history; returns how many were missing.
    package func ensureHistoryPartitions() async throws -> Int32 {
        try await only("select cairn.ensure_history_partitions()")
    }
}
