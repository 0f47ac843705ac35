import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

@Suite struct FailureTests {
    private func fail(
        _ step: ClaimedStep, _ outcome: SettleOutcome, retryAfter: Int64? = nil
    ) -> Settlement {
        Settlement(
            taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt, outcome: outcome,
            payload: JSONB(#"{"code":"broken","message":"it broke"}"#), retryAfterMilliseconds: retryAfter)
    }

    private static func template(_ retry: String) -> String {
        echoTemplate("one", [("a", []), ("b", ["a"])], extra: #","defaults":{"retry":\#(retry)}"#)
    }

    @Test(
        "a permanent failure ends the task in error at once, with the error readable and what depends on it still pending"
    )
    func permanent() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.template(#"{"max_attempts":5}"#))
            let worker = try await database.worker()
            let id = try await database.submit("one")
            let step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            _ = try await database.store.exchange(
                ExchangeRequest(workerID: worker, settlements: [fail(step, .permanent)], want: 0))
            let task = try await database.value(
                "select state || ' ' || (finished_at is not null) from cairn.tasks where id = \(id)", as: String.self)
            #expect(task == "error true")
            let steps = try await database.pool.query(
                "select name || ' ' || state || ' ' || coalesce(error ->> 'message', '-') from cairn.steps where task_id = \(id) order by step_no",
                as: String.self)
            #expect(steps == ["a error it broke", "b pending -"])
            let path = try await database.value(
                "select path::text from cairn.task_history where task_id = \(id) order by id desc limit 1",
                as: String.self)
            #expect(path == "{steps_in_process,evaluating_results,blocked_by_failures,error}")
        }
    }

    @Test("a retryable failure runs again until max_attempts, then the task ends in error")
    func retries() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.template(#"{"max_attempts":3,"backoff":"none"}"#))
            let worker = try await database.worker()
            let id = try await database.submit("one")
            for attempt in 1...3 {
                let step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
                #expect(step.attempt == Int16(attempt))
                _ = try await database.store.exchange(
                    ExchangeRequest(workerID: worker, settlements: [fail(step, .retryable)], want: 0))
                let state = try await database.value(
                    "select state::text from cairn.tasks where id = \(id)", as: String.self)
                #expect(state == (attempt < 3 ? "waiting_for_retry" : "error"))
                #expect(try await database.store.sweep().dueRetries == (attempt < 3 ? 1 : 0))
            }
            let outcomes = try await database.pool.query(
                "select attempt || ' ' || outcome from cairn.step_attempts where task_id = \(id) order by attempt",
                as: String.self)
            #expect(outcomes == ["1 retryable", "2 retryable", "3 retryable"])
        }
    }

    @Test(
        "a wait that was asked for is honoured when it is longer than the backoff, and no retry comes before it is due")
    func retryAfter() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await database.register(Self.template(#"{"max_attempts":3,"backoff":"fixed","base":"1s","jitter":0}"#))
            let worker = try await database.worker()
            let id = try await database.submit("one")
            let step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            _ = try await database.store.exchange(
                ExchangeRequest(workerID: worker, settlements: [fail(step, .retryable, retryAfter: 90_000)], want: 0))
            let wait = try await database.value(
                "select round(extract(epoch from s.run_at - a.finished_at))::integer from cairn.steps s join cairn.step_attempts a using (task_id, step_no) where task_id = \(id)",
                as: Int32.self)
            #expect(wait == 90)
            #expect(try await database.store.sweep().dueRetries == 0)
            try await database.pool.execute("select set_config('cairn.clock_offset', '91 seconds', false)")
            #expect(try await database.store.sweep().dueRetries == 1)
        }
    }

    @Test("a step that outlives its timeout on a live worker is taken from it, and its late result is refused")
    func timeout() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await database.register(echoTemplate("one", [("a", [])], stepExtra: #","timeout":"10s""#))
            let worker = try await database.worker(lease: .seconds(86_400))
            let id = try await database.submit("one")
            let step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            try await database.pool.execute("select set_config('cairn.clock_offset', '12 seconds', false)")
            #expect(try await database.store.sweep().expiredAttempts == 0, "the worker itself has the grace to say so")
            try await database.pool.execute("select set_config('cairn.clock_offset', '16 seconds', false)")
            #expect(try await database.store.sweep().expiredAttempts == 1)
            let reply = try await database.store.exchange(
                ExchangeRequest(workerID: worker, settlements: [fail(step, .succeeded)], want: 0))
            #expect(reply.refused.count == 1)
            let error = try await database.value(
                "select outcome || ': ' || (error ->> 'message') from cairn.step_attempts where task_id = \(id)",
                as: String.self)
            #expect(error == "timed_out: the step ran for longer than its timeout of 10000 ms")
        }
    }

    @Test("a step whose workers die again and again ends in error after max_attempts")
    func poison() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await database.register(Self.template(#"{"max_attempts":2}"#))
            let id = try await database.submit("one")
            for round in 1...2 {
                let worker = try await database.worker(lease: .seconds(5))
                #expect(
                    try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed.count == 1)
                try await database.pool.execute(
                    "select set_config('cairn.clock_offset', \("\(round * 10) seconds"), false)")
                #expect(try await database.store.sweep().expiredAttempts == 1)
            }
            #expect(try await database.value("select state::text from cairn.tasks where id = \(id)") == "error")
            #expect(
                try await database.value(
                    "select count(*) from cairn.step_attempts where outcome = 'lease_lost'", as: Int64.self)
                    == 2)
        }
    }

    @Test("the sibling branches of a failure run on, and the task ends in error when they have")
    func siblings() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("pair", [("a", []), ("b", []), ("c", ["b"])]))
            let worker = try await database.worker()
            let id = try await database.submit("pair")
            var claimed = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 2)).claimed
            claimed = try await database.store.exchange(
                ExchangeRequest(
                    workerID: worker, settlements: [fail(claimed[0], .permanent), fail(claimed[1], .succeeded)], want: 2
                )
            ).claimed
            #expect(
                try await database.value("select state::text from cairn.tasks where id = \(id)") == "steps_in_process")
            _ = try await database.store.exchange(
                ExchangeRequest(workerID: worker, settlements: claimed.map { fail($0, .succeeded) }, want: 2))
            #expect(try await database.value("select state::text from cairn.tasks where id = \(id)") == "error")
        }
    }

    @Test(
        "the database and Swift wait equally long before a retry",
        arguments: Backoff.allCases)
    func delays(backoff: Backoff) async throws {
        try await TestDatabase.with { database in
            var compared = 0
            for (base, max) in [(250, 300_000), (1000, 7000), (86_400_000, 604_800_000), (1, 1)] as [(Int64, Int64)] {
                for jitter in [0.0, 0.15, 1.0] {
                    for attempt in [1, 2, 3, 4, 7, 20, 70, 99] {
                        for random in [0.0, 0.3, 0.5, 0.999] {
                            let policy = RetryPolicy(
                                maxAttempts: 100, backoff: backoff, base: Milliseconds(rawValue: base),
                                max: Milliseconds(rawValue: max),
                                jitter: jitter)
                            let ours = policy.delay(afterAttempt: attempt, random: random).rawValue
                            let theirs = try await database.value(
                                "select cairn.retry_delay_ms(\(backoff.rawValue), \(base), \(max), \(jitter), \(Int32(attempt)), \(random))",
                                as: Int64.self)
                            #expect(theirs == ours, "\(base) \(max) \(jitter) \(attempt) \(random)")
                            compared += 1
                        }
                    }
                }
            }
            #expect(compared == 384)
        }
    }
}
