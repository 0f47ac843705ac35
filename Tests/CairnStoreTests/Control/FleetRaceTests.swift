import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("In the middle of an exchange", .timeLimit(.minutes(2))) struct FleetRaceTests {
    @Test("a namespace is paused at once: what was being claimed runs and is finished, nothing else starts")
    func pause() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            let paused = try await scene.race(scene.claiming(), waits: false) {
                try await scene.call("pause_namespace('test', 'ada', 'maintenance')")
            }
            #expect(paused == "true")
            #expect(try await scene.states(id) == "steps_in_process: a in_progress, b pending")
            _ = try await scene.text(PostgresQuery(unescaped: "select (\(scene.settling(id, "succeeded")))::text"))
            #expect(try await scene.states(id) == "steps_in_process: a complete, b enqueued")
            #expect(try await scene.claim().isEmpty)
            #expect(try await scene.miscounted() == [])
        }
    }

    @Test(
        "a namespace that is paused while a settle waits for a lock starts nothing any more",
        arguments: ["task", "step"])
    func pauseWhileWaiting(row: String) async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            for _ in 0..<2 { _ = try await scene.database.submit("t") }
            let claim = try #require(try await scene.claim(1).first)
            let claimed = try await scene.database.pool.withTransaction { session in
                try await session.execute(
                    row == "task"
                        ? "select from cairn.task_core where id = \(claim.taskID) for update"
                        : "select from cairn.step_core where task_id = \(claim.taskID) for update")
                let exchange = Task { [store = scene.database.store, worker = scene.worker] in
                    try await store.exchange(
                        ExchangeRequest(
                            workerID: worker,
                            settlements: [
                                Settlement(
                                    taskID: claim.taskID, stepNo: claim.stepNo, attempt: claim.attempt,
                                    outcome: .succeeded, payload: JSONB("1"))
                            ], want: 10, patience: .seconds(60)))
                }
                try await scene.database.somebodyWaits()
                try await scene.call("pause_namespace('test', 'ada', 'maintenance')")
                return exchange
            }
            #expect(try await claimed.value.claimed.isEmpty)
            #expect(try await scene.miscounted() == [])
        }
    }

    @Test("a pause that is not committed holds nobody up, and holds from its commit on")
    func pauseFirst() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            for _ in 0..<2 { _ = try await scene.database.submit("t") }
            let claimed = try await scene.race(
                "select cairn.pause_namespace('test', 'ada', 'maintenance')", waits: false
            ) { try await scene.claim(1) }
            #expect(claimed.count == 1)
            #expect(try await scene.claim().isEmpty)
            #expect(try await scene.settle(claimed).isEmpty)
        }
    }

    @Test("a worker is drained: it keeps what it was claiming, settles it, and gets nothing new")
    func drain() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            // An idle worker's row changes with its claim: whoever drains it waits for that.
            try await scene.database.pool.execute(
                "update cairn.workers set idle_since = now() where id = \(scene.worker)")
            let drained = try await scene.race(scene.claiming()) {
                try await scene.call("drain_worker(\(scene.worker), 'ada', 'deploy')")
            }
            #expect(drained == "true")
            _ = try await scene.text(PostgresQuery(unescaped: "select (\(scene.settling(id, "succeeded")))::text"))
            #expect(try await scene.claim().isEmpty)
            let state = try await scene.text("select state || ' ' || (idle_since is null) from cairn.workers")
            #expect(state == "draining true")
        }
    }

    @Test("a worker that is being drained exchanges without waiting, and gets nothing from the commit on")
    func drainFirst() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            for _ in 0..<2 { _ = try await scene.database.submit("t") }
            let first = try await scene.claim(1)
            let reply = try await scene.race(
                "select cairn.drain_worker(\(scene.worker), 'ada', 'deploy')", waits: false
            ) { try await scene.settle(first) }
            #expect(reply.isEmpty)
            #expect(try await scene.claim().isEmpty)
        }
    }

    @Test("a sweep that finds the worker lost, and meets what it claims, neither waits for it nor is waited for")
    func sweep() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a", "b"], ["a": #""retry":{"max_attempts":1}"#], extra: #","fail_fast":true"#)
            let id = try await scene.database.submit("t")
            _ = try await scene.claim(1)
            // The worker claims b. The sweep would end a with its worker, and so the task, and b with it: it leaves that
            // to the next.
            try await scene.database.pool.withTransaction { exchanging in
                try await exchanging.runScript(scene.claiming())
                // Only now, for a worker that was silent says by its claim that it lives.
                try await scene.database.pool.execute(
                    "update cairn.workers set heartbeat_at = now() - interval '2 hours' where id = \(scene.worker)")
                try await scene.database.pool.withTransaction { sweeping in
                    let swept = try await sweeping.query(
                        "select cairn.sweep()::text from set_config('lock_timeout', '2s', true)", as: String.self)
                    #expect(swept[0].hasPrefix("(1,0,"))
                    // It goes idle, which is noted in its row, and that the sweep has locked.
                    try await exchanging.runScript(
                        "set lock_timeout = '2s';"
                            + scene.claiming().replacing(", 1)", with: ", 1, p_may_idle => true)"))
                }
            }
            #expect(try await scene.states(id) == "steps_in_process: a in_progress, b in_progress")
            #expect(try await scene.text("select cairn.sweep()::text").hasPrefix("(0,2,"))
            #expect(try await scene.states(id) == "error: a error, b cancelled")
            #expect(try await scene.miscounted() == [])
        }
    }

    @Test("two submits with the same keys in opposite order wait for each other in turn, never in a circle")
    func keys() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            let keys = ["1", "2", "3"]
            @Sendable func submit(_ keys: [String]) async throws -> [SubmissionOutcome] {
                try await scene.database.store.submit(
                    keys.enumerated().map { number, key in
                        TaskSubmission(
                            namespace: "test", templateName: "t",
                            options: JSONB(#"{"dedup_key":"\#(key)","on_duplicate":"return"}"#), group: Int32(number))
                    })
            }
            // Somebody holds the key in the middle until both submits wait.
            let both = try await scene.database.pool.withConnection { holding in
                try await holding.runScript(
                    #"begin; select cairn.submit_task('test', 't', options => '{"dedup_key":"2"}')"#)
                let one = Task { try await submit(keys) }
                try await scene.database.somebodyWaits()
                let other = Task { try await submit(keys.reversed()) }
                try await scene.database.somebodyWaits(2)
                try await holding.runScript("rollback")
                return (one, other)
            }
            var ids: Set<Int64> = []
            var created = 0
            for outcome in try await both.0.value + both.1.value {
                switch outcome {
                case .created(let id, _):
                    created += 1
                    ids.insert(id)
                case .existing(let id): ids.insert(id)
                case .refused(_, let message, _): Issue.record("\(message)")
                }
            }
            #expect(created == 3 && ids.count == 3)
        }
    }
}
