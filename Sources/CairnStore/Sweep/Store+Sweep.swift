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
    /// held or rested for too long; or those parts of it.
    ///
    /// Each part is a transaction of its own: what one cannot do keeps none of the others from being done, and no lock is
    /// held longer than its part takes.
    ///
    /// - Throws: the first error, after all parts were tried; at once when the database is away.
    package func sweep(
        limit: Int32 = 1000, parts: Set<SweepPart> = Set(SweepPart.allCases)
    ) async throws -> SweepReport {
        var failure: (any Error)?
        func part(_ part: SweepPart, _ query: PostgresQuery) async throws -> Int32 {
            guard parts.contains(part) else { return 0 }
            do { return try await only(query) } catch let error as PostgresError where error.code == .server {
                failure = failure ?? error
                return 0
            }
        }
        let lost = try await part(.lostWorkers, "select cairn.expire_workers()")
        let expired = try await part(.expiredAttempts, "select cairn.expire_attempts(\(limit))")
        let retries = try await part(.dueRetries, "select cairn.enqueue_due_retries(\(limit))")
        let started = try await part(.startedTasks, "select cairn.start_due_tasks(\(limit))")
        let delayed = try await part(.delayedSteps, "select cairn.enqueue_delayed_steps(\(limit))")
        let givenUp = try await part(.givenUpTasks, "select cairn.give_up_blocked_tasks(\(limit))")
        var inspected: (stale: Int32, repaired: Int32) = (0, 0)
        do {
            if parts.contains(.inspectedTasks) {
                inspected = try await pool.query(
                    "select stale_tasks, repaired_tasks from cairn.inspect_tasks(\(limit))", as: (Int32, Int32).self)[0]
            }
        } catch let error as PostgresError where error.code == .server {
            failure = failure ?? error
        }
        if let failure { throw failure }
        return SweepReport(
            lostWorkers: lost, expiredAttempts: expired, dueRetries: retries, startedTasks: started,
            delayedSteps: delayed, givenUpTasks: givenUp, staleTasks: inspected.stale, repairedTasks: inspected.repaired
        )
    }

    /// Makes the coming weeks' partitions of the history; returns how many were missing.
    package func ensureHistoryPartitions() async throws -> Int32 {
        try await only("select cairn.ensure_history_partitions()")
    }
}
