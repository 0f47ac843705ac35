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

    @Test("drops the history by whole partitions, the oldest first, and none that has rows of a task that runs")
    func history() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            _ = try await scene.claim()
            try await scene.call("set_retention('60 days', '60 days', 'ada', 'x')")
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '100 days', false)")
            let kept = try await scene.texts(
                "select distinct kept_by::text from cairn.expired_partitions() where kept_by is not null")
            #expect(kept == ["\(id)"])
            #expect(try await scene.call("drop_expired_partition()") == "")
            try await scene.call("cancel_task(\(id), 'ada', 'x')")
            try await scene.call("resolve_step(\(id), 'a', 'ada', 'x')")
            _ = try await scene.database.store.sweep()
            try await scene.database.store.deregisterWorker(scene.worker)
            _ = try await scene.database.store.sweep()
            #expect(try await scene.states(id) == "cancelled: a cancelled")
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '200 days', false)")
            #expect(try await scene.call("drop_expired_partition()").hasPrefix("cairn.step_history_"))
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
            #expect(try await read() - before <= 100, "rows of tasks, for \(expired) partitions")
        }
    }

    @Test(
        "that would keep tasks longer than their history, or hardly at all, is refused",
        arguments: [
            "'60 days', '30 days'", "'1 minute', null", "'1 hour', '1 hour'", "null, '60 days'", "'-1 day', null",
            "'30 days', '101 years'", "'101 years', null",
        ])
    func refused(times: String) async throws {
        try await Scene.with { scene in
            let answer = try await scene.call("set_retention(\(times), 'ada', 'x')")
            #expect(answer == "CN400 invalid_retention")
        }
    }
}
