import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("A step's final failure") struct FailureActionTests {
    @Test("with error ends the task when nothing else of it can move; its siblings run on")
    func error() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a", "c", "d < c"])
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            #expect(try await scene.states(id) == "error: a error, b pending, c complete, d complete")
        }
    }

    @Test("with block holds the task until an operator acts, then it goes on by itself")
    func block() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"], ["a": #""on_failure":"block""#])
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            #expect(try await scene.states(id) == "blocked_by_failures: a error, b pending")
            #expect(try await scene.pass(100_000_000).givenUpTasks == 0, "without give_up_after it waits for ever")
            #expect(try await scene.call("retry_task(\(id), 'ada', 'the cause is mended')") == "1")
            try await scene.work()
            #expect(try await scene.states(id) == "complete: a complete, b complete")
        }
    }

    @Test("with block and give_up_after ends the task in error when nobody acted in time")
    func giveUp() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"], ["a": #""on_failure":"block""#], extra: #","give_up_after":"1h""#)
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            #expect(try await scene.pass(3500).givenUpTasks == 0)
            #expect(try await scene.pass(200).givenUpTasks == 1)
            #expect(try await scene.states(id) == "error: a error")
            let row = try await scene.text(
                "select event || ' ' || path::text from cairn.task_history where task_id = \(id) order by id desc limit 1"
            )
            #expect(row == "give_up {blocked_by_failures,error}")
        }
    }

    @Test("with continue is the input of what depends on it, and the task can complete")
    func goesOn() async throws {
        try await Scene.with { scene in
            try await scene.register(
                ["a", "b < a", "c < a"],
                ["a": #""on_failure":"continue""#, "c": #""input":{"code":"$.errors.a.code"}"#])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim(), .permanent)
            let claimed = try await scene.claim()
            #expect(claimed.count == 2)
            #expect(claimed[0].errors.written == #"{"a": {"code": "broken", "message": "it broke"}}"#)
            #expect(claimed[0].results.written == "{}")
            #expect(claimed[1].input?.written == #"{"code": "broken"}"#)
            try await scene.settle(claimed)
            #expect(try await scene.states(id) == "complete: a error, b complete, c complete")
            let counts = try await scene.text(
                "select steps_complete || ' ' || steps_failed || ' ' || steps_skipped from cairn.tasks where id = \(id)"
            )
            #expect(counts == "2 1 0")
        }
    }

    @Test("with skip_dependents skips everything downstream, and the task can complete")
    func skips() async throws {
        try await Scene.with { scene in
            try await scene.register(
                ["a", "b < a", "c < b", "d", "e < c d"], ["a": #""on_failure":"skip_dependents""#])
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            #expect(
                try await scene.states(id) == "complete: a error, b skipped, c skipped, d complete, e skipped")
        }
    }

    @Test("with skip_dependents skips a graph of a thousand layers in one walk")
    func deep() async throws {
        try await Scene.with { scene in
            let steps = (0..<1000).map { $0 == 0 ? "s0" : "s\($0) < s\($0 - 1)" }
            try await scene.register(steps, ["s0": #""on_failure":"skip_dependents""#])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim(), .permanent)
            let states = try await scene.texts(
                "select state || ' ' || count(*) from cairn.steps where task_id = \(id) group by state order by state")
            #expect(states == ["error 1", "skipped 999"])
            let rows = try await scene.value(
                "select count(distinct xid) from cairn.step_history where task_id = \(id) and event = 'skip'")
            #expect(rows == 1)
        }
    }

    @Test("with fail_fast ends the task: what waits is cancelled, what runs is stopped, and its result is not wanted")
    func failFast() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b", "c < b"], extra: #","fail_fast":true"#)
            let id = try await scene.database.submit("t")
            let claimed = try await scene.claim()
            try await scene.settle([claimed[0]], .permanent)
            #expect(try await scene.states(id) == "steps_in_process: a error, b in_progress, c cancelled")
            let beat = try await scene.database.store.heartbeat(
                workerID: scene.worker,
                running: [AttemptKey(taskID: id, stepNo: claimed[1].stepNo, attempt: claimed[1].attempt)])
            #expect(beat.unwanted.count == 1, "the worker is told")
            #expect(try await scene.settle([claimed[1]]).isEmpty)
            #expect(try await scene.states(id) == "error: a error, b cancelled, c cancelled")
            #expect(try await scene.call("retry_task(\(id), 'ada', 'again')") == "CN409 steps_cancelled")
        }
    }

    @Test("with fail_fast ends a task that was carried on by another such failure, not by one that is tolerated")
    func failFastAfterRepair() async throws {
        try await Scene.with { scene in
            try await scene.register(
                ["a", "b", "c", "d"], ["b": #""on_failure":"continue""#], extra: #","fail_fast":true"#)
            let id = try await scene.database.submit("t")
            let claimed = try await scene.claim()
            try await scene.settle(Array(claimed[1...]))
            try await scene.settle([claimed[0]], .permanent)
            #expect(try await scene.states(id) == "error: a error, b complete, c complete, d complete")
            for step in ["b", "c", "d"] { try await scene.call("rerun_step(\(id), '\(step)', 'ada', 'again')") }
            let again = try await scene.claim()
            try await scene.settle([again[0]], .permanent)
            #expect(try await scene.states(id) == "steps_in_process: a error, b error, c in_progress, d in_progress")
            try await scene.settle([again[1]], .permanent)
            try await scene.settle([again[2]])
            #expect(try await scene.states(id) == "error: a error, b error, c error, d cancelled")
        }
    }

    @Test("of any number of steps is retried, and cancelled, by as many statements as that of one")
    func statements() async throws {
        try await Scene.with { scene in
            try await scene.database.pool.execute("set track_functions = 'pl'")
            var calls: [Int64] = []
            for count in [2, 300] {
                try await scene.register(
                    (0..<count).map { "s\($0)" }, name: "roots\(count)", extra: #","on_failure":"block""#)
                let id = try await scene.database.submit("roots\(count)")
                try await scene.settle(try await scene.claim(1000), .permanent)
                _ = try await scene.text("select pg_stat_force_next_flush()::text")
                _ = try await scene.text("select pg_stat_reset()::text")
                #expect(try await scene.call("retry_task(\(id), 'ada', 'mended')") == "\(count)")
                try await scene.call("cancel_task(\(id), 'ada', 'why')")
                _ = try await scene.text("select pg_stat_force_next_flush()::text")
                // The trigger that writes the history is called for each row, and does nothing but that.
                calls.append(
                    try await scene.value(
                        """
                        select sum(calls)::bigint from pg_stat_user_functions
                        where schemaname = 'cairn' and funcname <> 'note_step'
                        """))
            }
            #expect(calls[0] > 10 && calls[0] == calls[1], "\(calls)")
        }
    }

    @Test("is decided by the template where the step says nothing")
    func templateDefault() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"], extra: #","on_failure":"continue""#)
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            #expect(try await scene.states(id) == "complete: a error, b complete")
        }
    }

    @Test("of a step whose workers die ends it after max_attempts as poison; what stood beside it is not hurt")
    func poison() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"], name: "pill")
            try await scene.register(["a"], name: "healthy")
            let pill = try await scene.database.submit("pill")
            var healthy: [Int64] = []
            for _ in 0..<4 { healthy.append(try await scene.database.submit("healthy")) }
            // Every worker that holds the pill dies; it takes all that is ready, as a worker does.
            for _ in 0..<2 {
                let worker = try await scene.database.worker(lease: .seconds(10))
                let claimed = try await scene.database.store.exchange(ExchangeRequest(workerID: worker, want: 10))
                    .claimed
                #expect(claimed.contains { $0.taskID == pill })
                #expect(
                    claimed.filter { $0.attempt == 2 }.count <= 1, "a last chance is never taken beside another")
                try await scene.pass(11)
            }
            #expect(try await scene.states(pill) == "error: a error")
            try await scene.work()
            for id in healthy { #expect(try await scene.states(id) == "complete: a complete") }
            let letter = try await scene.text(
                "select reason || ' ' || status from cairn.dead_letters where task_id = \(pill)")
            #expect(letter == "poison pending")
        }
    }

    @Test(
        "of a worker at a step's last attempt, beside others, costs the step nothing: it gets one more, apart; not for ever"
    )
    func spared() async throws {
        try await Scene.with { scene in
            let retry = #""retry":{"max_attempts":2,"backoff":"none"}"#
            try await scene.register(["a"], ["a": retry], name: "healthy")
            try await scene.register(["a"], ["a": #""retry":{"max_attempts":1}"#], name: "once")
            let healthy = try await scene.database.submit("healthy")
            // A common failure first: nobody suspects it of anything.
            try await scene.settle(try await scene.claim(), .retryable)
            try await scene.pass(1)
            let once = try await scene.database.submit("once")
            func die() async throws -> Int {
                let worker = try await scene.database.worker(lease: .seconds(10))
                let claimed = try await scene.database.store.exchange(ExchangeRequest(workerID: worker, want: 10))
                try await scene.pass(11)
                return claimed.claimed.count
            }
            #expect(try await die() == 2)
            #expect(try await scene.states(healthy) == "steps_in_process: a enqueued")
            #expect(try await scene.states(once) == "error: a error")
            let reasons = try await scene.text("select string_agg(reason::text, ' ') from cairn.dead_letters")
            #expect(reasons == "retries_exhausted", "one death beside others says nothing of who did it")
            #expect(try await die() == 1)
            #expect(try await scene.states(healthy) == "error: a error")
            #expect(
                try await scene.text(
                    """
                    select s.attempt || ' ' || d.reason from cairn.step_core s join cairn.dead_letters d using (task_id)
                    where s.task_id = \(healthy)
                    """) == "3 poison")
        }
    }

    @Test("leaves nothing behind that is not as its steps say")
    func wellFormed() async throws {
        try await Scene.with { scene in
            for (number, action) in ["error", "block", "continue", "skip_dependents"].enumerated() {
                let name = "t\(number)"
                try await scene.register(
                    ["a", "b < a", "c", "d < b c"], ["a": #""on_failure":"\#(action)""#], name: name)
                _ = try await scene.database.submit(name)
            }
            try await scene.work(["a": .permanent])
            #expect(try await scene.broken() == [])
        }
    }
}
