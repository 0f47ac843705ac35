import CairnModel
package import Postgres

/// A hook that this server is to deliver.
package struct ClaimedHook: Sendable {
    /// Its number.
    package let id: Int64
    /// The id by which a receiver tells repetitions.
    package let webhookID: PostgresUUID
    /// Where it is posted to.
    package let url: String
    /// The host of it.
    package let host: String
    /// The number of this delivery, from 1.
    package let attempt: Int32
    /// The task that ended.
    package let taskID: Int64
    /// What is posted.
    package let payload: JSONText
}

/// What became of a delivery.
package struct HookOutcome: Sendable, Hashable {
    /// The status of the answer; nil when there was none.
    package var status: Int32?
    /// What went wrong, as a sentence.
    package var error: String?
    /// For how long the receiver asked to be left alone.
    package var retryAfter: Duration?
    /// Whether it was not sent and never will be.
    package var isHopeless = false

    package init(status: Int32? = nil, error: String? = nil, retryAfter: Duration? = nil, isHopeless: Bool = false) {
        self.status = status
        self.error = error
        self.retryAfter = retryAfter
        self.isHopeless = isHopeless
    }
}

/// The states of a hook.
package enum HookState: String, Sendable, CaseIterable {
    case pending
    case delivered
    case dead
}

/// Which hooks a list shows. Nil means any.
package struct HookFilter: Sendable {
    package var state: HookState?
    package var taskID: Int64?
    /// 1 to 500.
    package var limit: Int32 = 50
    /// The `next` of the page before.
    package var after: Int64?

    package init() {}
}

extension Store {
    /// Takes hooks that are due, of any but these hosts. Whoever does not settle one within a minute leaves it to be due again.
    package func claimHooks(limit: Int32, without busyHosts: [String] = []) async throws -> [ClaimedHook] {
        let rows = try await pool.query(
            """
            select id, webhook_id, url, attempt, task_id, payload, host
            from cairn.claim_hooks(\(limit), p_busy_hosts => \(busyHosts))
            """, as: (Int64, PostgresUUID, String, Int32, Int64, JSONText, String).self)
        return rows.map {
            ClaimedHook(
                id: $0.0, webhookID: $0.1, url: $0.2, host: $0.6, attempt: $0.3, taskID: $0.4, payload: $0.5)
        }
    }

    /// Says what became of a delivery, and what state that leaves the hook in; nil when somebody else has it by now.
    /// Fenced, so it may be said again when it is not known whether it came through.
    package func settleHook(_ hook: ClaimedHook, _ outcome: HookOutcome) async throws -> HookState? {
        let wait = outcome.retryAfter?.milliseconds
        let state: String? = try await first(
            """
            select cairn.settle_hook(
              \(hook.id), \(hook.attempt), \(outcome.status), \(outcome.error), \(wait), \(outcome.isHopeless))
            """)
        return state.flatMap(HookState.init)
    }

    /// A page of hooks, the newest first: `{hooks, next}`.
    package func hooks(_ filter: HookFilter = HookFilter()) async throws -> JSONText {
        try await only(
            """
            select cairn.hooks_json(
              \(filter.state?.rawValue), \(filter.taskID), \(filter.limit), \(filter.after))
            """)
    }

    /// Has a hook delivered again, whatever became of it; returns it as it is now.
    package func replayHook(_ id: Int64, by: String, reason: String) async throws -> JSONText {
        try await inTime("hook \(id)") {
            try await control.run(["select cairn.replay_hook(\(id), \(by), \(reason))"]).value(0)
        }
    }
}
