package import CairnModel
package import Postgres

/// A change of how long something is kept.
package enum KeepChange: Sendable, Hashable {
    /// As long as before.
    case same
    /// For ever.
    case forever
    /// For so long.
    case span(Milliseconds)

    var isChange: Bool { self != .same }

    /// The span as PostgreSQL reads it; nil is for ever.
    var interval: String? {
        guard case .span(let span) = self else { return nil }
        let (days, rest) = span.rawValue.quotientAndRemainder(dividingBy: Milliseconds.days(1).rawValue)
        return rest == 0 ? "\(days) days" : "\(span.rawValue) milliseconds"
    }
}

extension Store {
    /// How long things are kept, and what would leave now.
    package func retention() async throws -> JSONText { try await only("select cairn.retention_json()") }

    /// Lets at most `limit` tasks leave that were kept for long enough; returns how many.
    package func removeExpiredTasks(limit: Int32) async throws -> Int32 {
        try await only("select cairn.remove_expired_tasks(\(limit))")
    }

    /// Drops the oldest partition of the history that was kept for long enough; returns its name, nil when there is none.
    package func dropExpiredPartition() async throws -> String? {
        try await first("select cairn.drop_expired_partition()")
    }

    /// Lets at most `limit` workers leave that ended before the history that is kept began; returns how many.
    package func removeEndedWorkers(limit: Int32) async throws -> Int32 {
        try await only("select cairn.remove_ended_workers(\(limit))")
    }

    /// Says how long finished tasks and the history are kept; returns what `retention` does.
    package func setRetention(
        tasks: KeepChange, history: KeepChange, _ action: OperatorAction
    ) async throws -> JSONText {
        try await acting(
            action, on: "the retention",
            """
            select cairn.set_retention(
              case when \(tasks.isChange) then \(tasks.interval)::text::interval else r.keep_tasks end,
              case when \(history.isChange) then \(history.interval)::text::interval else r.keep_history end,
              \(action.by), \(action.reason))
            from cairn.retention r
            """,
            "select cairn.retention_json()"
        ).value(1)
    }
}
