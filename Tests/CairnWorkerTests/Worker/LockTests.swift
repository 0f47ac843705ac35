import CairnStore
import CairnWorker
import Logging
import Postgres
import TestSupport
import Testing

/// Tasks that somebody else has locked, such as an operator in a transaction that is left open.
@Suite struct LockTests {
    private static func gated(_ probe: Probe) -> ClosureHandler {
        ClosureHandler { _, context in
            probe.ran(context)
            if context.stepName != "free" { await probe.gate() }
            return Array("1".utf8)
        }
    }

    private static func lock(_ task: Int64, on session: PostgresConnection) async throws {
        _ = try await session.query("select id from cairn.task_core where id = \(task) for update", as: Int64.self)
    }

    private func attempts(of task: Int64, _ database: TestDatabase) async throws -> [String] {
        try await database.pool.query(
            "select step_no || ' ' || outcome from cairn.step_attempts where task_id = \(task) order by 1",
            as: String.self)
    }

    @Test func `while one task is locked others are settled and begun, and it is settled when the lock goes`()
        async throws
    {
        let probe = Probe()
        try await WorkerHarness.with(handlers: [Self.gated(probe)]) { worker in
            let database = worker.database
            try await database.register(
                echoTemplate("gated", [("gated", []), ("after", ["gated"])], handler: "test.run"))
            try await database.register(echoTemplate("one", [("free", [])], handler: "test.run"))
            let (locked, other) = (try await database.submit("gated"), try await database.submit("gated"))
            _ = try await eventually { probe.total == 2 ? true : nil }
            try await database.pool.withTransaction { session in
                try await Self.lock(locked, on: session)
                probe.open()
                #expect(try await worker.end(of: other) == "complete")
                let late = try await database.submit("one")
                #expect(try await worker.end(of: late) == "complete")
                #expect(try await attempts(of: locked, database) == [])
            }
            #expect(try await worker.end(of: locked) == "complete")
            for task in [locked, other] {
                #expect(try await attempts(of: task, database) == ["1 succeeded", "2 succeeded"])
            }
            #expect(worker.log.count(of: "locked by another session") == 1)
            #expect(worker.log.count(of: "task.id=\(locked)") == 1)
            #expect(worker.log.count(of: "came too late") == 0)
        }
    }

    @Test func `a result that is ready in time counts, for how long ever its task is locked`() async throws {
        let probe = Probe()
        try await WorkerHarness.with(handlers: [Self.gated(probe)]) { worker in
            let database = worker.database
            try await database.register(
                echoTemplate("gated", [("gated", [])], stepExtra: #","timeout":"1m""#, handler: "test.run"))
            let task = try await database.submit("gated")
            _ = try await eventually { probe.total == 1 ? true : nil }
            try await database.pool.withTransaction { session in
                try await Self.lock(task, on: session)
                probe.open()
                _ = try await eventually {
                    try await database.value(
                        "select true from cairn.workers where cardinality(reporting) = 1", as: Bool.self)
                }
            }
            // The lock goes ten minutes later, and the sweep comes before the worker.
            let expired = try await database.value(
                "select cairn.expire_attempts() from set_config('cairn.clock_offset', '10 min', true)", as: Int32.self)
            #expect(expired == 0)
            #expect(try await worker.end(of: task) == "complete")
            #expect(try await attempts(of: task, database) == ["1 succeeded"])
        }
    }

    @Test func `a step that is locked without its task holds up its own task alone`() async throws {
        let probe = Probe()
        let handler = ClosureHandler { _, context in
            probe.ran(context)
            if context.stepName == "failing" {
                await probe.gate()
                throw StepFailure.permanent("it is broken")
            }
            return Array("1".utf8)
        }
        try await WorkerHarness.with(handlers: [handler]) { worker in
            let database = worker.database
            try await database.register(
                echoTemplate(
                    "fast", [("failing", []), ("after", ["failing"])], extra: #","fail_fast":true"#, handler: "test.run"
                ))
            try await database.register(echoTemplate("one", [("free", [])], handler: "test.run"))
            let task = try await database.submit("fast")
            _ = try await eventually { probe.total == 1 ? true : nil }
            try await database.pool.withTransaction { session in
                _ = try await session.query(
                    "select step_no from cairn.step_core where task_id = \(task) and step_no = 2 for update",
                    as: Int32.self)
                probe.open()
                _ = try await eventually {
                    worker.log.count(of: "locked by another session") == 1 ? true : nil
                }
                for _ in 0..<3 {
                    let other = try await database.submit("one")
                    #expect(try await worker.end(of: other) == "complete")
                }
                #expect(try await attempts(of: task, database) == [])
            }
            #expect(try await worker.end(of: task) == "error")
            #expect(worker.log.count(of: "somebody has locked what this worker needs") == 0)
        }
    }

    /// Locks that last as long as an exchange does are waited for: longer here, where an exchange may take its time.
    @Test func `two workers that settle the steps of one task are not sent away`() async throws {
        let logs = [CapturedLog(.debug), CapturedLog(.debug)]
        let probe = Probe()
        let handlers = [Self.gated(probe)]
        @Sendable func unhurried(_ configuration: inout WorkerConfiguration) {
            configuration.patience = .seconds(120)
            configuration.lease = .seconds(600)
        }
        try await WorkerHarness.with(handlers: handlers, log: logs[0], configure: unhurried) { one in
            try await WorkerHarness.with(handlers: handlers, on: one.database, log: logs[1], configure: unhurried) {
                two in
                let steps = 900
                try await two.database.register(
                    echoTemplate("wide", (1...steps).map { ("s\($0)", []) }, handler: "test.run"))
                let task = try await two.database.submit("wide")
                // Both have as many as they run at once; then all of those end.
                _ = try await eventually { probe.total == 200 ? true : nil }
                probe.open()
                #expect(try await two.end(of: task, within: .seconds(120)) == "complete")
                let ended = try await two.database.pool.query(
                    """
                    select worker_id, count(*), count(*) filter (where outcome = 'succeeded') from cairn.step_attempts
                    group by worker_id
                    """, as: (Int64, Int64, Int64).self)
                #expect(ended.count == 2, "both took part")
                #expect(ended.map(\.1).reduce(0, +) == Int64(steps) && ended.allSatisfy { $0.1 == $0.2 })
            }
        }
        for log in logs {
            #expect(log.count(of: "a call to the database failed") == 0)
            #expect(log.count(of: "locked") == 0)
            #expect(log.count(of: "came too late") == 0)
        }
    }
}
