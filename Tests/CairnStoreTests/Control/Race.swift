import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

/// One call of an operator that meets a worker's exchange in the middle of a transaction.
struct Race: Sendable, CustomTestStringConvertible {
    /// `cancel_task(%, …)`, where `%` is the task; who and why are added.
    let call: String
    /// What the call says in the end: its value, or `CN409 task_ended`.
    let answer: String
    /// The states that follow, as `Scene.states` gives them.
    let states: String
    /// What a worker claims next, and how many of the settlements that came too late were refused.
    var next = ""
    var refused = 0
    var waits = true

    var testDescription: String { call }

    /// After which the first of two steps is to run again, and a worker gets it.
    static func again(_ call: String, answer: String = "") -> Race {
        Race(call: call, answer: answer, states: "steps_in_process: a enqueued, b pending", next: "a")
    }

    /// After which the first of two steps has ended well, and a worker gets the second.
    static func unlocking(_ call: String, answer: String = "", a: String = "complete") -> Race {
        Race(call: call, answer: answer, states: "steps_in_process: a \(a), b enqueued", next: "b")
    }

    /// The call with who and why, which come before an option of its own (`downstream => true`).
    func sql(_ task: Int64) -> String {
        let parts = call.dropLast().split(separator: ";", maxSplits: 1).map(String.init)
        let own = parts.count > 1 ? ", \(parts[1])" : ""
        return "\(parts[0]), by => 'ada', reason => 'why'\(own))".replacing("%", with: "\(task)")
    }
}

extension Scene {
    /// A scene in which several sessions act at once, with the real clock.
    static func withSessions(_ body: (Scene) async throws -> Void) async throws {
        try await TestDatabase.with(connections: 6) { database in
            try await body(Scene(database: database, worker: try await database.worker()))
        }
    }

    /// Does `first` in a transaction that stays open until `second`, in a session of its own, waits for it; or, when it
    /// is not to wait, until it has ended.
    func race<Value: Sendable>(
        _ first: String, waits: Bool = true, _ second: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await database.pool.withTransaction { open in
            _ = try await open.query(PostgresQuery(unescaped: "select (\(first))::text"), as: String?.self)
            let running = Task { try await second() }
            if waits {
                try await database.somebodyWaits()
            } else {
                try await nobodyWaits(for: running)
            }
            return running
        }.value
    }

    private func nobodyWaits<Value: Sendable>(for running: Task<Value, any Error>) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { _ = try await running.value }
            group.addTask {
                try await database.somebodyWaits()
                throw CairnError(.internal, "it waits for a lock")
            }
            defer {
                running.cancel()
                group.cancelAll()
            }
            try await group.next()
        }
    }

    /// The text of an exchange that claims.
    func claiming(_ want: Int = 1) -> String {
        "select count(*) from cairn.exchange(\(worker), '{}', '{}', '{}', '{}', '{}', '{}', \(want))"
    }

    /// The text of an exchange that settles the first attempt of a step.
    func settling(_ task: Int64, _ outcome: String, step: Int = 1) -> String {
        """
        select count(*) from cairn.exchange(\(worker), array[\(task)], array[\(step)], array[1::smallint],
          array['\(outcome)'], array['{"code":"broken","message":"it broke"}'::jsonb], array[null::bigint], 0)
        """
    }

    /// What a worker gets now, by name; nothing is settled.
    func claimedNames() async throws -> String {
        var names: [String] = []
        for step in try await claim() { names.append(try await name(of: step)) }
        return names.joined(separator: " ")
    }

    /// Counters that are not what a recount of the steps gives, also of tasks that have ended.
    func miscounted() async throws -> [String] {
        try await texts(
            """
            select t.id || ' ' || t.state || ': ' || t::text || ' is not ' || c::text
            from cairn.task_core t, cairn.counted_tasks(array(select id from cairn.task_core)) c
            where c.task_id = t.id
              and (\(unescaped: countersDiffer)
                or (t.state < 'complete' and t.state <> c.state))
            """)
    }
}
