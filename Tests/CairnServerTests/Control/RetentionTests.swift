import CairnModel
import CairnOrchestrator
import CairnStore
import Hummingbird
import Logging
import Postgres
import Testing

@Suite struct RetentionTests {
    @Test func `a server lets ended tasks go that were kept for long enough, and no others`() async throws {
        try await API.test { (api) async throws in
            try await api.register(steps: 1)
            let worker = try await api.worker()
            let done = try await api.submit()
            try await api.settle(worker, try await api.claim(worker), .succeeded)
            let failed = try await api.failedTask(worker)
            let open = try await api.submit()
            let kept = try await api.patch("/v1/retention", #"{"keep_tasks": "1h", \#(annAndWhy)}"#)
            #expect(try kept.json["expired_tasks"] == 0)

            let gate = StartGate()
            gate.open()
            // The one clock of the database: two hours pass at once, for the sweeper's connections.
            var later = api.store.pool.configuration
            later.settings["cairn.clock_offset"] = "2 hours"
            let pool = PostgresPool(configuration: later)
            var logger = Logger(label: "tests")
            logger.logLevel = .critical
            let sweeper = Sweeper(store: Store(pool: pool), gate: gate, logger: logger)
            let sweeping = Task { try await sweeper.run() }
            while try await api.get("/v1/tasks/\(done)").status == 200 { await Task.yield() }
            sweeping.cancel()
            _ = await sweeping.result
            await pool.close()
            #expect(try await api.state(of: failed) == "error", "its dead letter is open")
            #expect(try await api.state(of: open) == "steps_in_process")
        }
    }

    @Test func `somebody who reads the history keeps no task from leaving, and is no trouble`() async throws {
        try await API.test { (api) async throws in
            try await api.register(steps: 1)
            let worker = try await api.worker()
            for _ in 0..<7 { _ = try await api.submit() }
            try await api.settle(worker, try await api.claim(worker), .succeeded)
            _ = try await api.patch("/v1/retention", #"{"keep_tasks": "1h", "keep_history": "1d", \#(annAndWhy)}"#)
            // A week of the history from before any task, which nothing keeps.
            let pool = api.store.pool
            try await pool.withTransaction { connection in
                try await connection.execute("set local cairn.clock_offset = '-100 days'")
                _ = try await connection.query("select cairn.ensure_history_partitions(0)", as: Int32.self)
            }
            let old = try #require(
                try await pool.queryFirst("select name from cairn.expired_partitions() limit 1", as: String.self))
            let gate = StartGate()
            gate.open()
            var later = pool.configuration
            later.settings["cairn.clock_offset"] = "2 hours"
            let sweeping = PostgresPool(configuration: later)
            var logger = Logger(label: "tests")
            logger.logLevel = .critical
            let sweeper = Sweeper(
                store: Store(pool: sweeping), gate: gate,
                plan: SweepPlan(leavingLimit: 2, interval: .milliseconds(10)), troubles: api.troubles, logger: logger)
            try await pool.withTransaction { reader in
                _ = try await reader.query(
                    PostgresQuery(unescaped: "select count(*) from \(old)"), as: Int64.self)
                let running = Task { try await sweeper.run() }
                let deadline = ContinuousClock.now + .seconds(30)
                while try await api.count() > 0, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(5))
                }
                running.cancel()
                _ = await running.result
            }
            await sweeping.close()
            #expect(try await api.count() == 0)
            #expect(api.troubles.all == [])
            let left = try await pool.queryFirst("select to_regclass(\(old)) is not null", as: Bool.self)
            #expect(left == true)
        }
    }
}
