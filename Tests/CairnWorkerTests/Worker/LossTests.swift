import CairnStore
import CairnWorker
import Logging
import Postgres
import TestSupport
import Testing

/// Lost connections, lost leases, a database that is not there.
@Suite struct LossTests {
    @Test func `killed backends cost nothing, and no attempt begins after its step's success was recorded`()
        async throws
    {
        try await TestDatabase.with { database in
            let late = Probe()
            let handler = ClosureHandler { _, context in
                let isDone = try await database.value(
                    """
                    select exists (
                      select from cairn.step_attempts
                      where task_id = \(context.taskID) and step_no = \(context.stepNo) and outcome = 'succeeded')
                    """, as: Bool.self)
                if isDone != false { late.ran(context) }
                try await Task.sleep(for: .milliseconds(5))
                return Array("1".utf8)
            }
            try await WorkerHarness.with(handlers: [handler], on: database) { worker in
                try await database.register(
                    echoTemplate(
                        "chain", (1...5).map { ("s\($0)", $0 == 1 ? [] : ["s\($0 - 1)"]) }, handler: "test.run"))
                var tasks: [Int64] = []
                for _ in 0..<30 { tasks.append(try await database.submit("chain")) }
                for _ in 0..<10 {
                    try await database.pool.execute(
                        """
                        select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and application_name = 'cairn-worker'
                        """)
                    try await Task.sleep(for: .milliseconds(30))
                }
                for task in tasks { #expect(try await worker.end(of: task, within: .seconds(40)) == "complete") }
                let succeeded = try await database.value(
                    "select count(*) from cairn.step_attempts where outcome = 'succeeded'", as: Int64.self)
                #expect(succeeded == 150)
                #expect(late.runs == [:])
                #expect(worker.log.count(of: "database is away") <= 12)
            }
        }
    }

    @Test func `the database knows what a worker holds, so that lost claims can be handed back`() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("pair", [("a", []), ("b", [])]))
            let task = try await database.submit("pair")
            let worker = try await database.worker()
            let lost = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 2)).claimed
            let held = try await database.store.heldSteps(workerID: worker)
            #expect(held.map(\.taskID) == [task, task])
            #expect(Set(held.map(\.stepNo)) == Set(lost.map(\.stepNo)))
            let released = held.map {
                Settlement(
                    taskID: $0.taskID, stepNo: $0.stepNo, attempt: $0.attempt, outcome: .released, payload: nil)
            }
            let again = try await database.store.exchange(
                ExchangeRequest(workerID: worker, settlements: released, want: 2))
            #expect(again.claimed.map(\.attempt) == [1, 1])
        }
    }

    @Test func `a worker that was given up registers anew, and what it ran is cancelled`() async throws {
        let probe = Probe()
        let handler = ClosureHandler { _, context in
            probe.ran(context)
            if context.attempt == 1 {
                do { try await Task.sleep(for: .seconds(60)) } catch {
                    probe.noteCancelled()
                    throw error
                }
            }
            return Array("1".utf8)
        }
        // Long before its lease ends, the worker hears by its own channel that it was given up.
        try await WorkerHarness.with(handlers: [handler]) { worker in
            let database = worker.database
            try await database.register(echoTemplate("one", [("a", [])], handler: "test.run"))
            let task = try await database.submit("one")
            _ = try await eventually { probe.total == 1 ? true : nil }
            try await database.pool.execute(
                """
                with given_up as (update cairn.workers set state = 'lost', ended_at = now() returning id)
                select pg_notify('cairn_worker_' || id, '') from given_up
                """)
            #expect(try await worker.end(of: task, within: .seconds(60)) == "complete")
            _ = try await eventually { probe.cancelled == 1 ? true : nil }
            let outcomes = try await database.pool.query(
                "select outcome::text from cairn.step_attempts where task_id = \(task) order by attempt",
                as: String.self)
            #expect(outcomes == ["lease_lost", "succeeded"])
            #expect(try await database.value("select count(*) from cairn.workers", as: Int64.self) == 2)
            #expect(worker.log.count(of: "given this worker up") == 1)
        }
    }

    @Test func `a database that is not migrated is waited for with one line`() async throws {
        let url = try await TestCluster.shared.database(named: "empty")
        var configuration = WorkerConfiguration(databaseURL: url, namespaces: ["test"])
        configuration.drainTimeout = .seconds(1)
        let log = CapturedLog()
        let worker = try Worker(configuration: configuration, handlers: StockHandlers.all(), logger: log.logger)
        let task = Task { try await worker.run() }
        _ = try await eventually { log.count(of: "cairn migrate") == 1 ? true : nil }
        let pool = PostgresPool(configuration: try PostgresConfiguration(url: url))
        _ = try await Store(pool: pool).migrate()
        _ = try await eventually { log.count(of: "registered") == 1 ? true : nil }
        #expect(log.count(of: "cairn migrate") == 1)
        #expect(log.count(of: "is back") == 1)
        task.cancel()
        try await task.value
        await pool.close()
    }

    @Test func `a database that is away at the start is waited for with one line`() async throws {
        let log = CapturedLog(.debug)
        let worker = try Worker(
            configuration: WorkerConfiguration(
                databaseURL: "postgresql://cairn@127.0.0.1:1/none", namespaces: ["test"]),
            handlers: StockHandlers.all(), logger: log.logger)
        let task = Task { try await worker.run() }
        _ = try await eventually { log.count(of: "a call to the database failed") >= 4 ? true : nil }
        #expect(log.count(of: "database is away") == 1)
        task.cancel()
        try await task.value
    }
}
