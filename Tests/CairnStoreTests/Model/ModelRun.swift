import CairnStore
import Postgres
import TestSupport

/// One sequence, done to the database and to the model at once. It runs in a transaction that is rolled back.
struct ModelRun {
    let connection: PostgresConnection
    let templates: [ModelTemplate]
    private var world = ModelWorld()
    /// The tasks' ids, in the model's order.
    private var ids: [Int64] = []
    private var workers: [(number: Int, id: Int64)] = []
    private var held: [[HeldAttempt]] = [[], []]

    /// Does the operations; returns the first difference, or nil.
    static func difference(
        _ operations: [Operation], templates: [ModelTemplate], on connection: PostgresConnection
    ) async throws -> String? {
        try await connection.runScript("begin")
        var run = ModelRun(connection: connection, templates: templates)
        do {
            let difference = try await run.difference(operations)
            try await connection.runScript("rollback")
            return difference
        } catch let error as PostgresError {
            try await connection.runScript("rollback")
            return "\(error)"
        }
    }

    private init(connection: PostgresConnection, templates: [ModelTemplate]) {
        self.connection = connection
        self.templates = templates
    }

    private mutating func difference(_ operations: [Operation]) async throws -> String? {
        for _ in 0..<2 { try await addWorker() }
        for (number, operation) in operations.enumerated() {
            if let difference = try await perform(operation) { return "\(number): \(operation): \(difference)" }
            let expected = world.tasks.map(\.rendered)
            let found = try await snapshot()
            if let task = expected.indices.first(where: { found[$0] != expected[$0] }) {
                return "\(number): \(operation): task \(task) (\(world.tasks[task].template.name))\n"
                    + "    expected \(expected[task])\n    found    \(found[task])"
            }
        }
        let miscounted = try await connection.query(
            """
            select 'the counters of task ' || t.id || ' are not what its steps say'
            from cairn.task_core t join cairn.counted_tasks(\(ids)) c on c.task_id = t.id
            where \(unescaped: countersDiffer)
            """, as: String.self)
        if let miscounted = miscounted.first { return miscounted }
        let broken = try await connection.query(
            "select task_id || ': ' || what from cairn.broken_tasks(array(select id from cairn.task_core where state < 'complete'))",
            as: String.self)
        return broken.first
    }

    private mutating func addWorker() async throws {
        let id = try await connection.query(
            """
            select worker_id from cairn.register_worker(
              'model', 'model', 1, '1', '{test}', '{cairn.echo}', 10, false, '1000 days')
            """, as: Int64.self)[0]
        workers.append((number: workers.count, id: id))
    }

    private func snapshot() async throws -> [String] {
        try await connection.query(
            """
            select t.state || ' ' || coalesce(t.ending::text, '-') || ' ' || (
              select string_agg(s.state || ':' || s.attempt || '/' || s.max_attempts
                || case when s.stopping then '!' else '' end, ' ' order by s.step_no)
              from cairn.step_core s where s.task_id = t.id)
            from cairn.task_core t where t.id = any (\(ids)) order by t.id
            """, as: String.self)
    }

    /// What an operator's call gives: `ok`, a word of its own, or the code of the refusal.
    private func call(_ sql: String) async throws -> String {
        try await connection.query(
            "select pg_temp.attempt(\(sql))", as: String.self)[0]
    }

    private mutating func perform(_ operation: Operation) async throws -> String? {
        func compare(_ expected: String, _ found: String) -> String? {
            expected == found ? nil : "expected \(expected), found \(found)"
        }
        if case .submit(let number, let later) = operation {
            let template = templates[number % templates.count]
            let id = try await connection.query(
                """
                select cairn.submit_task('test', \(template.name), '{}', case when \(later)
                  then jsonb_build_object('run_at', to_char(cairn.clock() at time zone 'UTC' + interval '1000 s',
                    'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
                  else '{}' end)
                """, as: Int64.self)[0]
            ids.append(id)
            world.submit(template, later: later)
            return nil
        }
        switch operation {
        case .claim(let worker, let want): return try await claim(worker, want)
        case .settle(let worker, let outcomes, let want): return try await settle(worker, outcomes, want)
        case .jump:
            world.now += 1
            world.sweep()
            try await sweep()
            return nil
        case .lose(let worker):
            let lost = workers[worker]
            try await connection.execute("update cairn.workers set heartbeat_at = '-infinity' where id = \(lost.id)")
            world.sweep(lost: lost.number)
            try await sweep()
            try await addWorker()
            workers.swapAt(worker, workers.count - 1)
            held[worker] = []
            return nil
        case .pause(let isPaused):
            world.isPaused = isPaused
            return compare(
                "ok",
                try await call("select 'ok' from cairn.\(isPaused ? "pause" : "resume")_namespace('test', 'me', 'why')")
            )
        default: break
        }
        // What is left is done to a task.
        guard !ids.isEmpty else { return nil }
        func task(_ number: Int) -> Int { number % ids.count }
        func step(_ number: Int, of task: Int) -> Int { number % world.tasks[task].steps.count }
        func name(_ step: Int, of task: Int) -> String { world.tasks[task].template.names[step] }
        switch operation {
        case .cancel(let number):
            let t = task(number)
            return compare(world.cancel(t), try await call("select cairn.cancel_task(\(ids[t]), 'me', 'why')"))
        case .retry(let number):
            let t = task(number)
            return compare(world.retry(t), try await call("select 'ok' from cairn.retry_task(\(ids[t]), 'me', 'why')"))
        case .resolve(let number):
            let t = task(number)
            return compare(world.resolve(t), try await call("select cairn.resolve_task(\(ids[t]), 'me', 'why')"))
        case .reset(let number, let stepNumber):
            let t = task(number)
            let s = step(stepNumber, of: t)
            return compare(
                world.reset(t, s),
                try await call("select cairn.reset_step(\(ids[t]), '\(name(s, of: t))', 'me', 'why')"))
        case .rerun(let number, let stepNumber, let downstream):
            let t = task(number)
            let s = step(stepNumber, of: t)
            return compare(
                world.rerun(t, s, downstream: downstream),
                try await call(
                    "select cairn.rerun_step(\(ids[t]), '\(name(s, of: t))', 'me', 'why', \(downstream))"))
        case .settleByHand(let number, let stepNumber, let completes):
            let t = task(number)
            let s = step(stepNumber, of: t)
            return compare(
                world.settleByHand(t, s, as: completes ? "complete" : "resolved_manually"),
                try await call(
                    completes
                        ? "select cairn.complete_step(\(ids[t]), '\(name(s, of: t))', '1', 'me', 'why')"
                        : "select cairn.resolve_step(\(ids[t]), '\(name(s, of: t))', 'me', 'why')"))
        case .priority(let number, let priority):
            let t = task(number)
            return compare(
                world.setPriority(t, priority),
                try await call("select cairn.set_task_priority(\(ids[t]), \(priority), 'me', 'why')"))
        default: return nil
        }
    }

    private func sweep() async throws {
        let offset = "\(world.now * ModelTemplate.jumpSeconds) s"
        let repaired = try await connection.query(
            """
            select repaired_tasks from set_config('cairn.clock_offset', \(offset), true), lateral cairn.sweep()
            """, as: Int32.self)[0]
        guard repaired == 0 else {
            throw PostgresError(code: .configuration, message: "the sweep repaired \(repaired) tasks")
        }
    }

    private mutating func claim(_ worker: Int, _ want: Int) async throws -> String? {
        let rows = try await connection.query(
            """
            select task_id, step_no, attempt from cairn.exchange(
              \(workers[worker].id), '{}', '{}', '{}', '{}', '{}', '{}', \(Int32(want)))
            """, as: (Int64, Int32, Int16).self)
        let found = rows.map(attempt)
        let expected = world.claim(worker: workers[worker].number, want: want)
        return hold(found, expected, worker)
    }

    private func attempt(_ row: (Int64, Int32, Int16)) -> HeldAttempt {
        HeldAttempt(task: ids.firstIndex(of: row.0) ?? -1, step: Int(row.1) - 1, attempt: Int(row.2))
    }

    private mutating func hold(_ found: [HeldAttempt], _ expected: [HeldAttempt], _ worker: Int) -> String? {
        guard Set(found) == Set(expected), found.count == expected.count else {
            return "expected the claims \(expected.map(Self.text)), found \(found.map(Self.text))"
        }
        held[worker] += found
        return nil
    }

    /// The floors are of the ranks of what is reported, as a worker has them, and below every task.
    private mutating func settle(
        _ worker: Int, _ outcomes: [(pick: Int, outcome: String)], _ want: Int
    ) async throws -> String? {
        var reports: [(HeldAttempt, String)] = []
        for (pick, outcome) in outcomes where !held[worker].isEmpty {
            reports.append((held[worker].remove(at: pick % held[worker].count), outcome))
        }
        guard !reports.isEmpty else { return nil }
        let ranks = Set(reports.map { Int16(-world.tasks[$0.0.task].priority) }).sorted()
        let payloads = reports.map { JSONB($0.1 == "succeeded" ? "1" : #"{"code":"test","message":"it broke"}"#) }
        let rows = try await connection.query(
            """
            select kind, task_id, step_no, attempt from cairn.exchange(
              \(workers[worker].id), \(reports.map { ids[$0.0.task] }), \(reports.map { Int32($0.0.step + 1) }),
              \(reports.map { Int16($0.0.attempt) }), \(reports.map(\.1)), \(payloads),
              \(reports.map { _ in Int64?.none }), \(Int32(want)), array(
                select n.id from cairn.namespaces n, unnest(\(ranks)) where n.name = 'test'), \(ranks),
              \(ranks.map { _ in Int64(0) }))
            """, as: (String, Int64, Int32, Int16).self)
        func found(_ kind: String) -> [HeldAttempt] {
            rows.filter { $0.0 == kind }.map { attempt(($0.1, $0.2, $0.3)) }
        }
        let expected = world.settle(reports, worker: workers[worker].number, want: want)
        let refused = Set(found("refused"))
        guard refused == expected.refused else {
            return "expected the refusals \(expected.refused.map(Self.text)), found \(refused.map(Self.text))"
        }
        return hold(found("claimed"), expected.claims, worker)
    }

    private static func text(_ held: HeldAttempt) -> String { "\(held.task).\(held.step)#\(held.attempt)" }
}
