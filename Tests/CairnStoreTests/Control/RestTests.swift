import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("Nothing rests for ever") struct RestTests {
    @Test(
        "a task that makes no progress is stale: it ends in error, or somebody is to look at it, as its template says",
        arguments: [("error", "error: a cancelled"), ("dead_letter", "steps_in_process: a enqueued")])
    func stale(action: String, states: String) async throws {
        try await Scene.with { scene in
            try await scene.register(
                ["a"], extra: #","stale":{"steps_in_process":{"after":"2h","action":"\#(action)"}}"#)
            let id = try await scene.database.submit("t")
            #expect(try await scene.pass(8000).staleTasks == 0, "a worker could take it: it waits its turn")
            try await scene.call("deregister_worker(\(scene.worker))")
            #expect(try await scene.pass(7000).staleTasks == 0, "a worker that restarts is waited for, too")
            #expect(try await scene.pass(300).staleTasks == 1)
            #expect(try await scene.states(id) == states)
            #expect(try await scene.pass(100).staleTasks == 0, "once for each rest")
            let letter = try await scene.text("select reason || ' ' || status from cairn.dead_letters")
            #expect(letter == "stale pending")
            if action == "error" {
                let row = try await scene.text(
                    "select event || ' ' || actor from cairn.task_history where task_id = \(id) order by id desc limit 1"
                )
                #expect(row == "stale cairn")
            }
        }
    }

    @Test("a step that is claimed while its task would be stale keeps it from that, and its task goes on")
    func staleWhileClaimed() async throws {
        try await TestDatabase.with(connections: 4) { database in
            try await database.register(
                echoTemplate("t", [("a", [])], extra: #","stale":{"steps_in_process":{"after":"1m","action":"error"}}"#)
            )
            let id = try await database.submit("t")
            // Nobody could run it so far. Now a worker comes and claims, and nothing of that is committed yet.
            func inspect() async throws -> Int32 {
                try await database.pool.withConnection { inspecting in
                    try await inspecting.runScript("set cairn.clock_offset = '2 min'; set lock_timeout = '2s'")
                    return try await inspecting.query(
                        "select stale_tasks from cairn.inspect_tasks()", as: Int32.self)[0]
                }
            }
            try await database.pool.withTransaction { claiming in
                try await claiming.execute(
                    """
                    select cairn.exchange(r.worker_id, '{}', '{}', '{}', '{}', '{}', '{}', 1)
                    from cairn.register_worker('late', 'test', 1, '1', '{test}', '{cairn.echo}', 1) r
                    """)
                #expect(try await inspect() == 0)
            }
            #expect(try await inspect() == 0)
            let state = try await database.value(
                """
                select t.state || ' ' || s.state from cairn.tasks t join cairn.steps s on s.task_id = t.id
                where t.id = \(id)
                """, as: String.self)
            #expect(state == "steps_in_process in_progress")
        }
    }

    @Test("a task waits with reason while a step of it runs, a retry is not due, or its namespace is paused")
    func legitimate() async throws {
        try await Scene.with { scene in
            let rules = ["steps_in_process", "waiting_for_retry", "waiting_for_dependencies"].map {
                #""\#($0)":{"after":"1h","action":"error"}"#
            }.joined(separator: ",")
            let stale = #","stale":{\#(rules)}"#
            try await scene.register(["a"], ["a": #""timeout":"1d""#], name: "running", extra: stale)
            try await scene.register(
                ["a"], ["a": #""retry":{"max_attempts":2,"backoff":"fixed","base":"1d","max":"1d"}"#], name: "retrying",
                extra: stale)
            try await scene.register(["a"], ["a": #""delay":"1d""#], name: "delayed", extra: stale)
            let running = try await scene.database.submit("running")
            _ = try await scene.claim()
            let retrying = try await scene.database.submit("retrying")
            try await scene.settle(try await scene.claim(), .retryable)
            let delayed = try await scene.database.submit("delayed")
            #expect(try await scene.pass(7200).staleTasks == 0)
            #expect(try await scene.states(running) == "steps_in_process: a in_progress")
            #expect(try await scene.states(retrying) == "waiting_for_retry: a waiting_for_retry")
            #expect(try await scene.states(delayed) == "waiting_for_dependencies: a pending")
            try await scene.register(["a"], name: "queued", extra: stale)
            let queued = try await scene.database.submit("queued")
            try await scene.call("drain_worker(\(scene.worker), 'ada', 'deploy')")
            #expect(try await scene.pass(7200).staleTasks == 0, "the worker goes on until it is told")
            try await scene.call("deregister_worker(\(scene.worker))")
            try await scene.call("pause_namespace('test', 'ada', 'maintenance')")
            #expect(try await scene.pass(7200).staleTasks == 0)
            try await scene.call("resume_namespace('test', 'ada', 'done')")
            #expect(try await scene.pass(3500).staleTasks == 0, "the pause does not count")
            #expect(try await scene.pass(200).staleTasks == 2, "the step that ran is ready again")
            for task in [running, queued] { #expect(try await scene.states(task) == "error: a cancelled") }
        }
    }

    @Test("a task that is held by a failure, or whose time to start has not come, is never stale")
    func heldOrLater() async throws {
        try await Scene.with { scene in
            let rules = ["steps_in_process", "waiting_for_retry", "waiting_for_dependencies"].map {
                #""\#($0)":{"after":"1m","action":"error"}"#
            }.joined(separator: ",")
            try await scene.register(["a"], ["a": #""on_failure":"block""#], extra: #","stale":{\#(rules)}"#)
            let held = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            let later = try await scene.database.submit("t", options: #"{"run_at":"2100-01-01T00:00:00Z"}"#)
            try await scene.call("deregister_worker(\(scene.worker))")
            #expect(try await scene.pass(7200).staleTasks == 0)
            #expect(try await scene.states(held) == "blocked_by_failures: a error")
            #expect(try await scene.states(later) == "pending: a pending")
        }
    }

    @Test("a retry or a delay that is just due waits for the sweep, however long it has waited for its time")
    func due() async throws {
        try await Scene.with { scene in
            let stale = ["waiting_for_retry", "waiting_for_dependencies"].map {
                #""\#($0)":{"after":"1h","action":"error"}"#
            }.joined(separator: ",")
            try await scene.register(
                ["a"], ["a": #""retry":{"max_attempts":2,"backoff":"fixed","base":"1d","max":"1d"}"#], name: "retrying",
                extra: #","stale":{\#(stale)}"#)
            try await scene.register(
                ["a"], ["a": #""delay":"1d""#], name: "delayed", extra: #","stale":{\#(stale)}"#)
            for name in ["retrying", "delayed"] { _ = try await scene.database.submit(name) }
            try await scene.settle(try await scene.claim(), .retryable)
            func inspect(at time: String) async throws -> String {
                try await scene.database.pool.execute("select set_config('cairn.clock_offset', \(time), false)")
                return try await scene.text("select stale_tasks::text from cairn.inspect_tasks()")
            }
            // No server has enqueued them: there are many, or it was down.
            #expect(try await inspect(at: "24 hours 30 minutes") == "0")
            #expect(try await inspect(at: "25 hours 30 minutes") == "2")
        }
    }

    @Test(
        "rows that a hand put out of joint are put right, and the history says so",
        arguments: [
            "update cairn.task_core set active_steps = 0, state = 'waiting_for_dependencies'",
            "update cairn.step_core set state = 'pending', waiting = 1 where step_no = 1",
            "update cairn.task_core set open_steps = 9, failed_steps = 3",
            "update cairn.step_core set state = 'in_progress', worker_id = 4711, attempt = 1 where step_no = 1",
            "update cairn.task_core set state = 'blocked_by_failures'",
        ])
    func repaired(damage: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            try await scene.database.pool.runScript(
                "set session_replication_role = replica; \(damage); set session_replication_role = default")
            #expect(try await scene.pass(30).repairedTasks == 0, "what has just moved is left alone")
            #expect(try await scene.pass(60).repairedTasks == 1)
            #expect(try await scene.broken() == [])
            let action = try await scene.text(
                "select action || ' ' || actor from cairn.operator_actions where task_id = \(id)")
            #expect(action == "repair_task cairn")
            try await scene.work()
            #expect(try await scene.states(id) == "complete: a complete, b complete")
        }
    }

    @Test("the walk over unfinished tasks reaches all of them, however few it takes at a time")
    func walk() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            for _ in 0..<25 { _ = try await scene.database.submit("t") }
            try await scene.database.pool.runScript(
                "set session_replication_role = replica; update cairn.task_core set open_steps = 2; set session_replication_role = default"
            )
            try await scene.pass(100)
            // That sweep took up to a thousand; break them again and go in small steps.
            try await scene.database.pool.runScript(
                "set session_replication_role = replica; update cairn.task_core set open_steps = 2, moved_at = created_at; set session_replication_role = default"
            )
            var repaired: Int32 = 0
            for _ in 0..<8 {
                repaired += try await scene.database.pool.query(
                    "select repaired_tasks from cairn.inspect_tasks(4)", as: Int32.self)[0]
            }
            #expect(repaired == 25)
        }
    }

    @Test("every state of both machines is reached by Cairn's own functions")
    func allStates() async throws {
        try await Scene.with { scene in
            try await scene.register(
                ["a", "b < a", "c < a", "d < c"],
                ["a": #""delay":"1h""#, "b": #""on_failure":"block""#, "c": #""on_failure":"skip_dependents""#])
            let id = try await scene.database.submit("t")
            try await scene.pass(3601)
            try await scene.work(["b": .permanent, "c": .permanent])
            #expect(try await scene.states(id) == "blocked_by_failures: a complete, b error, c error, d skipped")
            try await scene.call("resolve_step(\(id), 'b', 'ada', 'x')")
            let later = try await scene.database.submit("t", options: #"{"run_at":"2999-01-01T00:00:00Z"}"#)
            try await scene.call("cancel_task(\(later), 'ada', 'x')")
            try await scene.register(["a"], name: "one")
            let failed = try await scene.database.submit("one")
            try await scene.work(["a": .retryable])
            try await scene.pass(11)
            try await scene.work(["a": .retryable])
            try await scene.call("resolve_task(\(failed), 'ada', 'x')")
            for machine in ["task", "step"] {
                let missing = try await scene.texts(
                    """
                    select s::text from unnest(enum_range(null::cairn.\(unescaped: machine)_state)) s
                    where s::text not in (select unnest(path)::text from cairn.\(unescaped: machine)_history) order by s
                    """)
                #expect(missing == [], "\(machine)")
            }
        }
    }
}
