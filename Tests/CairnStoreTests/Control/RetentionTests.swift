import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("Retention") struct RetentionTests {
    @Test("keeps everything until somebody says for how long")
    func none() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            _ = try await scene.database.submit("t")
            try await scene.work()
            try await scene.pass(400 * 86400)
            #expect(try await scene.call("remove_expired_tasks()") == "0")
            #expect(try await scene.call("drop_expired_partition()") == "")
        }
    }

    @Test("lets finished tasks leave in bounded batches, and never one that runs or that somebody has to look at")
    func tasks() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            for _ in 0..<5 { _ = try await scene.database.submit("t") }
            try await scene.work()
            let failed = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            let running = try await scene.database.submit("t")
            _ = try await scene.claim()
            try await scene.call("set_retention('30 days', '60 days', 'ada', 'the law says so')")
            #expect(try await scene.call("remove_expired_tasks()") == "0")
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '31 days', false)")
            #expect(try await scene.call("remove_expired_tasks(2)") == "2")
            #expect(try await scene.call("remove_expired_tasks(10)") == "3")
            #expect(try await scene.call("remove_expired_tasks(10)") == "0")
            let left = try await scene.database.pool.query("select id from cairn.tasks order by id", as: Int64.self)
            #expect(left == [failed, running])
            for table in ["step_core", "step_attempts", "task_details"] {
                let column = try await scene.value("select count(distinct task_id) from cairn.\(unescaped: table)")
                #expect(column <= 2, "\(table)")
            }
            try await scene.call("resolve_dead_letter(1, 'give_up', 'ada', 'looked at')")
            #expect(try await scene.call("remove_expired_tasks(10)") == "1")
        }
    }

    @Test("drops the history by whole partitions, the oldest first, and none that a task needs which runs")
    func history() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            _ = try await scene.claim()
            try await scene.call("set_retention('60 days', '60 days', 'ada', 'x')")
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '100 days', false)")
            #expect(try await kept(scene) == ["\(id)"])
            #expect(try await scene.call("drop_expired_partition()") == "")
            try await scene.call("cancel_task(\(id), 'ada', 'x')")
            try await scene.call("resolve_step(\(id), 'a', 'ada', 'x')")
            _ = try await scene.database.store.sweep()
            try await scene.database.store.deregisterWorker(scene.worker)
            _ = try await scene.database.store.sweep()
            #expect(try await scene.states(id) == "cancelled: a cancelled")
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '200 days', false)")
            #expect(try await kept(scene) == [], "it would leave now")
            #expect(try await scene.call("drop_expired_partition()") == "", "a task leaves before its history")
            #expect(try await scene.call("remove_expired_tasks()") == "1")
            #expect(try await scene.call("drop_expired_partition()").hasPrefix("cairn.step_history_"))
        }
    }

    /// The tasks that keep partitions which are old enough to leave.
    private func kept(_ scene: Scene) async throws -> [String] {
        try await scene.texts("select distinct kept_by::text from cairn.expired_partitions() where kept_by is not null")
    }

    @Test(
        "lets an ended worker leave once no task, attempt or history is left that may name it, and never one that lives"
    )
    func workers() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            try await scene.database.store.deregisterWorker(scene.worker)
            try await scene.database.pool.execute(
                """
                insert into cairn.workers (name, host, pid, version, namespaces, namespace_ids, handlers, handler_ids,
                  concurrency, lease, registered_at, heartbeat_at)
                select 'alive', host, pid, version, namespaces, namespace_ids, handlers, handler_ids, concurrency, lease,
                  registered_at, heartbeat_at
                from cairn.workers
                """)
            try await scene.call("set_retention('30 days', '60 days', 'ada', 'x')")
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '100 days', false)")
            try await scene.call("ensure_history_partitions()")
            #expect(try await scene.call("remove_ended_workers()") == "0", "its task is kept: it has a dead letter")
            try await scene.call("resolve_dead_letter(1, 'give_up', 'ada', 'looked at')")
            #expect(try await scene.call("remove_expired_tasks()") == "1")
            #expect(try await scene.call("remove_ended_workers()") == "0", "the history of task \(id) names it")
            while try await scene.call("drop_expired_partition()") != "" {}
            #expect(try await scene.call("remove_ended_workers(1)") == "1")
            #expect(try await scene.call("remove_ended_workers()") == "0")
            #expect(try await scene.texts("select name from cairn.workers") == ["alive"])
        }
    }

    @Test("keeps the history of an ended task that stays, so that whoever leads it on has it whole")
    func historyOfEnded() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let failed = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            _ = try await scene.database.submit("t")
            try await scene.work()
            try await scene.call("set_retention('30 days', '60 days', 'ada', 'x')")
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '100 days', false)")
            #expect(try await scene.call("remove_expired_tasks()") == "1")
            #expect(try await kept(scene) == ["\(failed)"])
            #expect(try await scene.call("drop_expired_partition()") == "")
            try await scene.call("retry_task(\(failed), 'ada', 'mended')")
            try await scene.work()
            #expect(try await scene.states(failed) == "complete: a complete")
            #expect(try await scene.value("select count(*) from cairn.verify_history(\(failed))") == 0)
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '200 days', false)")
            #expect(try await scene.call("remove_expired_tasks()") == "1")
            #expect(try await scene.call("drop_expired_partition()").hasPrefix("cairn.step_history_"))
        }
    }

    @Test("looks at a task again once it is locked: what was changed in between counts")
    func lookedAtAgain() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let old = try await scene.database.submit("t")
            try await scene.work()
            let hooked = try await scene.database.submit("t", options: HookOutboxTests.callback)
            try await scene.work()
            let failed = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            try await scene.call("set_retention('30 days', '60 days', 'ada', 'x')")
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '31 days', false)")
            let fresh = try await scene.database.submit("t")
            try await scene.work()
            // As if all of them might have left a moment ago.
            try await scene.database.pool.execute(
                """
                create or replace function cairn.expired_tasks(p_limit integer) returns setof bigint
                language sql as 'select id from cairn.task_core'
                """)
            #expect(try await scene.call("remove_expired_tasks()") == "1")
            let left = try await scene.database.pool.query("select id from cairn.tasks order by id", as: Int64.self)
            #expect(left == [hooked, failed, fresh] && !left.contains(old))
        }
    }

    @Test("passes over a task of which a hook is being replayed")
    func replayed() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            _ = try await scene.database.submit("t", options: HookOutboxTests.callback)
            try await scene.work()
            _ = try await scene.text("select cairn.settle_hook(h.id, h.attempt, 200) from cairn.claim_hooks() h")
            try await scene.call("set_retention('1 hour', '1 day', 'ada', 'x')")
            let removed = try await scene.race("cairn.replay_hook(1, 'ada', 'they lost it')", waits: false) {
                try await scene.value(
                    """
                    select cairn.remove_expired_tasks()::bigint from set_config('cairn.clock_offset', '2 hours', true)
                    """)
            }
            #expect(removed == 0)
            #expect(try await scene.text("select state::text from cairn.hooks") == "pending")
        }
    }

    @Test(
        "passes over a task whose key a submit takes over, and is in no circle with it whatever the order of the tasks")
    func keyTaken() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            func options(_ key: String) -> String { #"{"dedup_key":"\#(key)","dedup_window":"live"}"# }
            // The order of the tasks is not that of their keys.
            for key in ["z", "y"] { _ = try await scene.database.submit("t", options: options(key)) }
            try await scene.work()
            try await scene.call("set_retention('1 hour', '1 day', 'ada', 'x')")
            let submitted = try await scene.database.pool.withTransaction { submitting in
                try await submitting.runScript("select cairn.submit_task('test', 't', options => '\(options("y"))')")
                // It holds the second task's key. Who deletes the first and waits for the second is in the way of what
                // comes next.
                let removed = try await scene.value(
                    """
                    select cairn.remove_expired_tasks()::bigint
                    from set_config('cairn.clock_offset', '2 hours', true) c, set_config('lock_timeout', '2s', true) l
                    """)
                #expect(removed == 1)
                return try await submitting.query(
                    PostgresQuery(
                        unescaped: "select cairn.submit_task('test', 't', options => '\(options("z"))')"),
                    as: Int64.self)
            }
            #expect(submitted.count == 1)
            #expect(try await scene.texts("select id::text from cairn.tasks order by id") == ["2", "3", "4"])
        }
    }

    @Test("looks once for the tasks that keep history, however many weeks of it may leave")
    func cost() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            for _ in 0..<50 { _ = try await scene.database.submit("t") }
            try await scene.work()
            try await scene.call("set_retention('60 days', '60 days', 'ada', 'x')")
            for week in 1...12 {
                try await scene.database.pool.execute(
                    "select set_config('cairn.clock_offset', \("\(week * 28) days"), false)")
                try await scene.call("ensure_history_partitions()")
            }
            try await scene.database.pool.execute("select pg_stat_force_next_flush()")
            func read() async throws -> Int64 {
                try await scene.value(
                    """
                    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_user_tables
                    where relname = 'task_core'
                    """)
            }
            let before = try await read()
            let expired = try await scene.value("select count(*) from cairn.expired_partitions()")
            try await scene.database.pool.execute("select pg_stat_force_next_flush()")
            #expect(expired > 50)
            let rows = try await read() - before
            // Each of the 50 is met once by its age, and once more to see whether it may leave.
            #expect((50...110).contains(rows), "\(rows) rows of tasks, for \(expired) partitions")
        }
    }

    @Test("drops no partition of the history that has not ended, whatever is said of how long it is kept")
    func present() async throws {
        try await Scene.with { scene in
            try await scene.database.pool.runScript(
                """
                alter table cairn.retention drop constraint retention_keep_history_check;
                update cairn.retention set keep_history = '-52 weeks'
                """)
            #expect(try await scene.call("drop_expired_partition()") == "")
            #expect(try await scene.value("select count(*) from cairn.expired_partitions()") == 0)
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '8 days', false)")
            #expect(try await scene.call("drop_expired_partition()").hasPrefix("cairn.step_history_"))
        }
    }

    @Test(
        "that would keep tasks longer than their history, or hardly at all, is refused",
        arguments: [
            "'60 days', '30 days'", "'1 minute', null", "'1 hour', '1 hour'", "null, '60 days'", "'-1 day', null",
            "'30 days', '101 years'", "'101 years', null", "'37000 days', null", "'1 month', null",
            "'-1200 mons 36000 days 1 hour', '-1200 mons 36001 days'",
        ])
    func refused(times: String) async throws {
        try await Scene.with { scene in
            let answer = try await scene.call("set_retention(\(times), 'ada', 'x')")
            #expect(answer == "CN400 invalid_retention")
        }
    }
}
