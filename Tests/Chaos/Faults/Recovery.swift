import CairnStore
import Postgres
import TestSupport

/// When what a fault met goes on.
///
/// That is when each attempt that its workers held has ended, by itself or because it was taken from them, and an attempt
/// has succeeded that began after the fault. Steps that are made to hang, or to kill, do not count: they tell nothing of
/// the fault. For a server it is when a task is acknowledged that a client submits there first.
struct Recovery: Sendable {
    struct Attempt: Sendable {
        var taskID: Int64
        var stepNo: Int32
        var attempt: Int16
    }

    struct Mark: Sendable {
        var held: [Attempt]
        /// The database's clock.
        var at: PostgresTimestamp
    }

    let store: Store

    /// What these workers hold as soon as they hold something; nothing when that takes too long.
    func mark(busy workers: [String], within limit: Duration) async throws -> Mark {
        let deadline = ContinuousClock.now + limit
        while true {
            let mark = try await mark(workers: workers)
            guard mark.held.isEmpty, .now < deadline else { return mark }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// What these workers hold now.
    func mark(workers: [String]) async throws -> Mark {
        try await patiently {
            let held = try await store.pool.query(
                """
                select s.task_id, s.step_no, s.attempt from cairn.step_core s
                join cairn.workers w on w.id = s.worker_id
                join cairn.task_core t on t.id = s.task_id
                join cairn.templates m on m.id = t.template_id
                where s.state = 'in_progress' and w.name = any (\(workers)) and m.name not in ('hangs', 'poison')
                """, as: (Int64, Int32, Int16).self)
            let now = try await store.pool.queryFirst("select clock_timestamp()", as: PostgresTimestamp.self)
            return Mark(
                held: held.map { Attempt(taskID: $0.0, stepNo: $0.1, attempt: $0.2) },
                at: now ?? PostgresTimestamp(microseconds: 0))
        }
    }

    /// Waits until everything of the mark goes on.
    func wait(for mark: Mark) async throws {
        let tasks = mark.held.map(\.taskID), steps = mark.held.map(\.stepNo), attempts = mark.held.map(\.attempt)
        try await eventually("what a fault met goes on", within: .seconds(120)) {
            try await patiently {
                try await store.pool.queryFirst(
                    """
                    select not exists (
                        select from unnest(\(tasks), \(steps), \(attempts)) held (task_id, step_no, attempt)
                        join cairn.step_core s using (task_id, step_no, attempt) where s.state = 'in_progress')
                      and exists (
                        select from cairn.step_attempts a where a.started_at > \(mark.at) and a.outcome = 'succeeded')
                    """, as: Bool.self)
            } == true ? () : nil
        }
    }

    /// The process of a session that a worker or server has.
    func anyBackend() async throws -> Int32? {
        try await patiently {
            try await store.pool.query(
                """
                select pid from pg_stat_activity
                where datname = current_database() and application_name like 'cairn-%' order by random() limit 1
                """, as: Int32.self
            ).first
        }
    }

    func succeededSteps() async throws -> Int64 {
        try await patiently {
            try await store.pool.queryFirst(
                "select count(*) from cairn.step_attempts where outcome = 'succeeded'", as: Int64.self)
        } ?? 0
    }

    /// How many tasks have not ended; all, or those of one template.
    func openTasks(of template: String? = nil) async throws -> Int {
        try await patiently {
            let count = try await store.pool.queryFirst(
                """
                select count(*) from cairn.task_core t join cairn.templates m on m.id = t.template_id
                where t.state not in ('complete', 'error', 'cancelled', 'resolved_manually')
                  and m.name = coalesce(\(template), m.name)
                """, as: Int64.self)
            return Int(count ?? 0)
        }
    }

    /// How many hooks are still to be delivered.
    func openHooks() async throws -> Int64 {
        try await patiently {
            try await store.pool.queryFirst("select count(*) from cairn.hooks where state = 'pending'", as: Int64.self)
        } ?? 0
    }

    /// What Cairn says of the tasks that are open, and of the hooks that are not delivered.
    func explanations() async throws -> [String] {
        try await patiently {
            try await store.pool.query(
                """
                select format('task %s, %s: %s', t.id, t.state, e.explanation)
                from cairn.task_core t cross join lateral cairn.explain_task(t.id) e
                where t.state not in ('complete', 'error', 'cancelled', 'resolved_manually')
                union all
                select format('hook %s, %s posts: %s', id, attempts, last_error) from cairn.hooks
                where state = 'pending'
                """, as: String.self)
        }
    }

    /// Asks again while PostgreSQL is away.
    func patiently<Answer: Sendable>(_ ask: () async throws -> Answer) async throws -> Answer {
        try await eventually("PostgreSQL answers", within: .seconds(60)) {
            do { return try await ask() } catch let error as PostgresError where error.isPassing { return nil }
        }
    }
}

extension PostgresError {
    /// Whether it may be gone by the next attempt: a lost connection, or a server that stops, starts or recovers.
    var isPassing: Bool {
        code != .server || ["57P01", "57P02", "57P03", "57P05"].contains(sqlState ?? "")
    }
}
