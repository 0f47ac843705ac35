import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("What a session says of itself") struct ForgeryTests {
    private let templates = [
        ("plain", ""), ("delayed", #","delay":"10s""#), ("held", #","on_failure":"block""#), ("again", ""),
        ("lost", ""),
        ("broken", ""),
    ]

    /// Tasks of which each has something that a function, and no operator, is to do in two minutes.
    private func prepare(_ scene: Scene) async throws {
        for (name, keys) in templates {
            try await scene.register(
                ["a"], ["a": String(keys.dropFirst())].filter { !$0.value.isEmpty }, name: name,
                extra: name == "held" ? #","give_up_after":"1m""# : "")
        }
        try await scene.database.register(
            echoTemplate(
                "stale", [("a", [])], extra: #","stale":{"steps_in_process":{"after":"1m","action":"error"}}"#,
                handler: "of.nobody"))
        _ = try await scene.database.submit("again")
        try await scene.settle(try await scene.claim(), .retryable)
        _ = try await scene.database.submit("held")
        try await scene.settle(try await scene.claim(), .permanent)
        _ = try await scene.database.submit("lost")
        let lost = try await scene.database.worker(lease: .seconds(10))
        _ = try await scene.database.store.exchange(ExchangeRequest(workerID: lost, want: 1))
        for name in ["delayed", "stale"] { _ = try await scene.database.submit(name) }
        _ = try await scene.text(
            """
            select cairn.submit_task('test', 'plain',
              options => jsonb_build_object('run_at', now() + interval '30 s'))::text
            """)
        _ = try await scene.database.submit("plain", options: HookOutboxTests.callback)
        try await scene.settle(try await scene.claim())
        let broken = try await scene.database.submit("broken")
        try await scene.database.pool.runScript(
            """
            set session_replication_role = replica;
            update cairn.task_core set open_steps = 9 where id = \(broken);
            set session_replication_role = default
            """)
    }

    @Test(
        "reaches the history through none of the functions that write it: an action says who and why in its arguments")
    func forged() async throws {
        try await Scene.with { scene in
            for setting in ["actor", "reason", "address"] {
                try await scene.database.pool.execute(
                    PostgresQuery(unescaped: "select set_config('cairn.\(setting)', 'mallory', false)"))
            }
            try await prepare(scene)
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '2 min', false)")
            for part in [
                // A lost lease is due again at once, so it comes last.
                "enqueue_due_retries()", "start_due_tasks()", "enqueue_delayed_steps()", "give_up_blocked_tasks()",
                "expire_workers()", "expire_attempts()",
            ] { #expect(try await scene.call(part) == "1", "\(part)") }
            #expect(try await scene.call("inspect_tasks()") == "(1,1)")
            _ = try await scene.text("select cairn.settle_hook(h.id, h.attempt, 200) from cairn.claim_hooks() h")
            try await scene.call("heartbeat(\(scene.worker))")
            try await scene.call("deregister_worker(\(scene.worker))")
            let forged = try await scene.texts(
                """
                select 'task ' || event from cairn.task_history h where h::text ~ 'mallory'
                union all select 'step ' || event from cairn.step_history h where h::text ~ 'mallory'
                union all select action from cairn.operator_actions a where a::text ~ 'mallory'
                """)
            #expect(forged == [])
            let actors = try await scene.texts(
                """
                select distinct actor from cairn.task_history where actor is not null
                union select actor from cairn.operator_actions
                """)
            #expect(actors == ["cairn"])
        }
    }

    @Test("is asked of every function that is called from outside, but for those that write no history")
    func all() async throws {
        try await Scene.with { scene in
            let silent = try await scene.texts(
                """
                select proname::text from pg_proc
                where pronamespace = 'cairn'::regnamespace and prosecdef and provolatile = 'v'
                  and prosrc !~ 'act_for_nobody|begin_action|check_who_and_why'
                order by 1
                """)
            #expect(
                silent == [
                    "claim_hooks", "deregister_worker", "drop_expired_partition", "ensure_history_partitions",
                    "expire_workers", "heartbeat", "note_idleness",
                    // They call what is asked.
                    "pause_namespace", "register_template", "register_worker", "remove_ended_workers",
                    "remove_expired_tasks", "resume_namespace", "settle_hook", "submit_task", "sweep",
                    "sweep_needs",
                ])
        }
    }
}
