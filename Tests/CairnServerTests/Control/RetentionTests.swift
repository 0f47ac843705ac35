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
}
