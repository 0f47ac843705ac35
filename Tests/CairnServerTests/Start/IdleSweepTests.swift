import CairnModel
import CairnOrchestrator
import CairnStore
import Logging
import Postgres
import TestSupport
import Testing

@Suite("A server that has nothing to do") struct IdleSweepTests {
    /// A sweeper with a pool of one connection, which counts the calls of functions.
    private static func with(
        _ database: TestDatabase, idleInterval: Duration = .seconds(3600), _ body: (Bells) async throws -> Void
    ) async throws {
        var configuration = try Store.configuration(
            url: database.url, applicationName: "sweeper", maxConnections: 1)
        configuration.settings["track_functions"] = "all"
        let pool = PostgresPool(configuration: configuration)
        let gate = StartGate()
        gate.open()
        var logger = Logger(label: "tests")
        logger.logLevel = .critical
        let bells = Bells()
        let sweeper = Sweeper(
            store: Store(pool: pool), gate: gate,
            plan: SweepPlan(interval: .milliseconds(10), idleInterval: idleInterval), bells: bells, logger: logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await sweeper.run() }
            try await body(bells)
            group.cancelAll()
        }
        _ = try await pool.execute("select pg_stat_force_next_flush()")
        await pool.close()
    }

    private static func wait(_ isSo: () async throws -> Bool?) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await isSo() != true {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func isIdle(_ database: TestDatabase) async throws -> Bool? {
        try await database.value("select idle_at is not null from cairn.sweepers", as: Bool.self)
    }

    @Test("sends one statement each time, and no other")
    func one() async throws {
        try await TestDatabase.with { database in
            func calls(_ function: String) async throws -> Int64 {
                try await database.value(
                    "select calls from pg_stat_user_functions where schemaname = 'cairn' and funcname = \(function)",
                    as: Int64.self) ?? 0
            }
            try await Self.with(database, idleInterval: .milliseconds(10)) { _ in
                try await Self.wait { try await calls("sweep_needs") >= 10 }
            }
            for part in [
                "expire_workers", "expire_attempts", "enqueue_due_retries", "start_due_tasks", "enqueue_delayed_steps",
                "give_up_blocked_tasks", "inspect_tasks", "claim_hooks",
            ] { #expect(try await calls(part) == 0, "\(part)") }
        }
    }

    @Test(
        "is notified of tasks and of what operators do, as long as it is idle",
        arguments: [
            "select cairn.submit_task('test', 'one')",
            #"select cairn.submit_task('test', 'one', options => '{"priority":1}')"#,
            "select cairn.submit_task('test', 'one', options => jsonb_build_object('run_at', now() + interval '5 s'))",
            "select cairn.pause_namespace('test', by => 'ann', reason => 'why')",
        ])
    func notified(statement: String) async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            _ = try await database.store.sweepNeeds(inspects: true)
            #expect(try await Self.isIdle(database) == true)
            let listener = PostgresListener(
                configuration: database.pool.configuration, channels: ["cairn_sweep"], logger: Logger(label: "tests"))
            let events = listener.makeAsyncIterator()
            while await events.next() != .listening {}
            try await database.pool.runScript(statement)
            var heard: PostgresListenerEvent?
            repeat { heard = await events.next() } while heard == .gap
            #expect(heard == .notification(channel: "cairn_sweep", payload: ""))
        }
    }

    @Test(
        "is not notified of what it asks for in time anyway, nor once it has been silent for a minute",
        arguments: [
            (#"'{"run_at":"2200-01-01T00:00:00Z"}'"#, "clock_timestamp()"),
            ("'{}'", "clock_timestamp() - interval '61 s'"), ("'{}'", "null"),
        ])
    func notNotified(options: String, idleAt: String) async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            try await database.pool.runScript("update cairn.sweepers set idle_at = \(idleAt)")
            let listener = PostgresListener(
                configuration: database.pool.configuration, channels: ["cairn_sweep"], logger: Logger(label: "tests"))
            let events = listener.makeAsyncIterator()
            while await events.next() != .listening {}
            try await database.pool.runScript("select cairn.submit_task('test', 'one', options => \(options))")
            // Notifications come in the order of the commits.
            try await database.pool.runScript("notify cairn_sweep, 'after it'")
            var heard: PostgresListenerEvent?
            repeat { heard = await events.next() } while heard == .gap
            #expect(heard == .notification(channel: "cairn_sweep", payload: "after it"))
        }
    }

    @Test("says so no more when it stops, and waits for nobody to say it")
    func stopped() async throws {
        try await TestDatabase.with { database in
            try await Self.with(database) { _ in try await Self.wait { try await Self.isIdle(database) } }
            #expect(try await Self.isIdle(database) == false)
            try await database.pool.withTransaction { session in
                try await session.execute("select from cairn.sweepers for update")
                #expect(try await database.store.sweepNeeds(inspects: true) == SweepNeeds())
            }
        }
    }

    @Test("rings for hooks that are due", .timeLimit(.minutes(1)))
    func hooks() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let task = try await database.submit("one", options: #"{"callback_url":"https://example.com/"}"#)
            try await database.pool.execute("select cairn.cancel_task(\(task), 'ada', 'why')")
            #expect(try await database.store.sweepNeeds(inspects: false).hooksAreDue)
            try await Self.with(database) { bells in await bells.hooks.wait(for: .seconds(3600)) }
            // One that is tried again later is known ahead.
            try await database.pool.execute("update cairn.hooks set next_at = clock_timestamp() + interval '1 h'")
            let later = try await database.store.sweepNeeds(inspects: false)
            #expect(!later.hooksAreDue && !later.isUnderWay)
            #expect(try (.seconds(3500) ... .seconds(3600)).contains(#require(later.next)))
        }
    }

    @Test("knows when a blocked task is to be given up, and when a hook is due")
    func ahead() async throws {
        try await TestDatabase.with { database in
            try await database.register(
                echoTemplate("one", [("a", [])], extra: #","on_failure":"block","give_up_after":"1h""#))
            let worker = try await database.worker()
            _ = try await database.submit("one")
            let claim = try #require(
                try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed.first)
            _ = try await database.store.exchange(
                ExchangeRequest(
                    workerID: worker,
                    settlements: [
                        Settlement(
                            taskID: claim.taskID, stepNo: claim.stepNo, attempt: claim.attempt, outcome: .permanent,
                            payload: JSONB(#"{"message": "no"}"#))
                    ], want: 0))
            let blocked = try await database.store.sweepNeeds(inspects: false)
            #expect(!blocked.isUnderWay)
            #expect(try (.seconds(3500) ... .seconds(3600)).contains(#require(blocked.next)))
            // Whoever has nothing but a walk to begin is idle all the same.
            let inspecting = try await database.store.sweepNeeds(inspects: true)
            #expect(inspecting.parts == [.inspectedTasks] && !inspecting.isUnderWay)
        }
    }

    @Test("is idle no longer when there is a task that can go on, and is again when it has ended")
    func underWay() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let worker = try await database.worker()
            _ = try await database.submit("one")
            #expect(try await database.store.sweepNeeds(inspects: false) == SweepNeeds(isUnderWay: true))
            #expect(try await Self.isIdle(database) == false)
            let claim = try #require(
                try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed.first)
            #expect(try await database.store.sweepNeeds(inspects: false) == SweepNeeds(isUnderWay: true))
            _ = try await database.store.exchange(
                ExchangeRequest(
                    workerID: worker,
                    settlements: [
                        Settlement(
                            taskID: claim.taskID, stepNo: claim.stepNo, attempt: claim.attempt, outcome: .succeeded,
                            payload: JSONB("1"))
                    ], want: 0))
            #expect(try await database.store.sweepNeeds(inspects: true) == SweepNeeds())
            #expect(try await Self.isIdle(database) == true)
        }
    }

    @Test("tries everything when the database cannot say what is due")
    func unknown() async throws {
        try await TestDatabase.with { database in
            _ = try await database.worker()
            try await database.pool.runScript(
                """
                update cairn.workers set heartbeat_at = heartbeat_at - interval '1 day';
                alter function cairn.sweep_needs(boolean) rename to gone
                """)
            try await Self.with(database) { _ in
                try await Self.wait {
                    try await database.value("select state = 'lost' from cairn.workers", as: Bool.self)
                }
            }
        }
    }

    @Test("comes when its bell is rung, and when what is due is known ahead")
    func due() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            try await Self.with(database) { bells in
                try await Self.wait { try await Self.isIdle(database) }
                let task = try await database.submit("one", options: #"{"run_at":"2200-01-01T00:00:00Z"}"#)
                let needs = try await database.store.sweepNeeds(inspects: false)
                #expect(try #require(needs.next) > .seconds(86400) && !needs.isUnderWay)
                // Soon; the server, which waits for an hour, learns it by its bell.
                try await database.pool.execute(
                    """
                    update cairn.task_core set prev_state = state, event = 'submit', run_at = clock_timestamp() + interval '200 ms'
                    where id = \(task)
                    """)
                bells.sweep.ring()
                try await Self.wait {
                    try await database.value(
                        "select state = 'steps_in_process' from cairn.task_core where id = \(task)", as: Bool.self)
                }
            }
        }
    }
}
