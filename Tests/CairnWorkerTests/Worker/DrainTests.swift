import CairnWorker
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@Suite struct DrainTests {
    @Test func `what runs finishes, what waits stays, and the worker leaves`() async throws {
        let probe = Probe()
        let handler = ClosureHandler { _, context in
            probe.ran(context)
            await probe.gate()
            return Array("1".utf8)
        }
        try await TestDatabase.with { database in
            let task = try await WorkerHarness.with(handlers: [handler], on: database) { worker in
                try await database.register(echoTemplate("two", [("a", []), ("b", ["a"])], handler: "test.run"))
                let task = try await database.submit("two")
                _ = try await eventually { probe.total == 1 ? true : nil }
                await worker.group.triggerGracefulShutdown()
                _ = try await eventually {
                    try await database.value("select true from cairn.workers where state = 'draining'", as: Bool.self)
                }
                probe.open()
                return task
            }
            let states = try await database.pool.query(
                "select state::text from cairn.step_core where task_id = \(task) order by step_no", as: String.self)
            #expect(states == ["complete", "enqueued"])
            #expect(try await database.value("select state from cairn.workers", as: String.self) == "stopped")
            #expect(probe.total == 1)
        }
    }

    @Test(arguments: [false, true]) func `an operator drains it from afar: what runs finishes, and it leaves`(
        pollOnly: Bool
    ) async throws {
        let probe = Probe()
        let handler = ClosureHandler { _, context in
            probe.ran(context)
            await probe.gate()
            return Array("1".utf8)
        }
        try await TestDatabase.with { database in
            let (task, log) = try await WorkerHarness.with(
                handlers: [handler], on: database,
                configure: {
                    $0.pollOnly = pollOnly
                    $0.lease = pollOnly ? .seconds(1) : .seconds(180)
                }
            ) { worker in
                try await database.register(echoTemplate("two", [("a", []), ("b", ["a"])], handler: "test.run"))
                let task = try await database.submit("two")
                _ = try await eventually { probe.total == 1 ? true : nil }
                let isNews = try await database.value(
                    "select cairn.drain_worker(id, 'ada', 'new version') from cairn.workers", as: Bool.self)
                #expect(isNews == true)
                _ = try await eventually { worker.log.count(of: "an operator asked for it") == 1 ? true : nil }
                probe.open()
                _ = try await eventually {
                    try await database.value("select true from cairn.workers where state = 'stopped'", as: Bool.self)
                }
                return (task, worker.log)
            }
            let states = try await database.pool.query(
                "select state::text from cairn.step_core where task_id = \(task) order by step_no", as: String.self)
            #expect(states == ["complete", "enqueued"])
            #expect(log.count(of: "stopping") == 1)
            #expect(log.count(of: "warning") == 0)
            #expect(probe.total == 1)
        }
    }

    @Test func `what does not finish in time is cancelled and runs again`() async throws {
        let probe = Probe()
        let handler = ClosureHandler { _, context in
            probe.ran(context)
            try await Task.sleep(for: .seconds(60))
            return []
        }
        try await TestDatabase.with { database in
            let task = try await WorkerHarness.with(
                handlers: [handler], on: database, configure: { $0.drainTimeout = .milliseconds(50) }
            ) { worker in
                try await database.register(
                    echoTemplate("long", [("a", [])], stepExtra: #","timeout":"1m""#, handler: "test.run"))
                let task = try await database.submit("long")
                _ = try await eventually { probe.total == 1 ? true : nil }
                return task
            }
            let codes = try await database.pool.query(
                "select outcome::text || ' ' || (error ->> 'code') from cairn.step_attempts where task_id = \(task)",
                as: String.self)
            #expect(codes == ["retryable worker_shutdown"])
            #expect(try await database.value("select state from cairn.workers", as: String.self) == "stopped")
        }
    }
}
