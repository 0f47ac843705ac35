import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("The chain of hashes") struct HashChainTests {
    /// The broken rows of a task, after damage done with the triggers off: `step_history a: …`.
    private func broken(_ scene: Scene, _ task: Int64, after damage: String) async throws -> [String] {
        try await scene.database.pool.withConnection { connection in
            try await connection.runScript("begin; set local session_replication_role = replica; \(damage)")
            let found = try await connection.query(
                """
                select history || ' ' || coalesce(step_no::text, '-') || ' ' || problem
                from cairn.verify_history(\(task)) order by 1
                """, as: String.self)
            try await connection.runScript("rollback")
            return found
        }
    }

    @Test("finds what was changed, removed or added behind the triggers' back, and names the first such row")
    func verify() async throws {
        try await Scene.with { scene in
            try await scene.call("set_hash_chain(true, 'ada', 'the auditors want it')")
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            try await scene.work(["b": .retryable])
            try await scene.pass(11)
            try await scene.work()
            #expect(try await scene.states(id) == "complete: a complete, b complete")
            #expect(try await broken(scene, id, after: "") == [])
            let first = "(select min(id) from cairn.step_history where step_no = 2)"
            #expect(
                try await broken(scene, id, after: "update cairn.step_history set actor = 'eve' where id = \(first)")
                    == ["step_history 2 its hash is not that of its content and the row before it"])
            #expect(
                try await broken(scene, id, after: "delete from cairn.step_history where id = \(first)")
                    == ["step_history 2 it begins at pending, but the row before it ended at nothing"])
            #expect(
                try await broken(
                    scene, id,
                    after:
                        "update cairn.task_history set hash = null where id = (select max(id) from cairn.task_history)")
                    == ["task_history - it has no hash, but the chain was on when it was written"])
            let wiped = ["task", "step"].map { "update cairn.\($0)_history set hash = null where task_id = \(id)" }
            #expect(
                try await broken(scene, id, after: wiped.joined(separator: ";"))
                    == ["step_history 1", "step_history 2", "task_history -"].map {
                        "\($0) it has no hash, but the chain was on when it was written"
                    })
            #expect(
                try await broken(
                    scene, id,
                    after: "delete from cairn.task_history where id = (select max(id) from cairn.task_history)")
                    == [
                        "task_history - it is the last row and ends at steps_in_process, but the row it is about is complete"
                    ])
            #expect(
                try await broken(scene, id, after: "update cairn.step_core set state = 'error' where step_no = 1")
                    == ["step_history 1 it is the last row and ends at complete, but the row it is about is error"])
        }
    }

    @Test("finds that a whole chain is gone, or the row that it is about")
    func gone() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let old = try await scene.database.submit("t")
            try await scene.call("set_hash_chain(true, 'ada', 'the auditors want it')")
            let id = try await scene.database.submit("t")
            for task in [old, id] {
                #expect(try await broken(scene, task, after: "") == [])
                let steps = "delete from cairn.step_history where task_id = \(task)"
                #expect(
                    try await broken(scene, task, after: "\(steps) and step_no = 2")
                        == ["step_history 2 step 2 is pending, but has no history"])
                #expect(
                    try await broken(
                        scene, task, after: "\(steps); delete from cairn.task_history where task_id = \(task)")
                        == [
                            "step_history 1 step 1 is enqueued, but has no history",
                            "step_history 2 step 2 is pending, but has no history",
                            "task_history - the task is steps_in_process, but has no history",
                        ])
                #expect(
                    try await broken(
                        scene, task, after: "delete from cairn.step_core where task_id = \(task) and step_no = 1")
                        == ["step_history 1 it is the last row and ends at enqueued, but the row it is about is gone"])
                #expect(
                    try await broken(
                        scene, task,
                        after:
                            "\(steps) and step_no = 2; delete from cairn.step_core where task_id = \(task) and step_no = 2"
                    ) == ["step_history 2 step 2 is gone, but has no history"])
            }
        }
    }

    @Test("has nothing to say of a task that retention has removed")
    func removed() async throws {
        try await Scene.with { scene in
            try await scene.call("set_hash_chain(true, 'ada', 'the auditors want it')")
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.work()
            try await scene.call("set_retention('1 day', '60 days', 'ada', 'x')")
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '2 days', false)")
            #expect(try await scene.call("remove_expired_tasks()") == "1")
            #expect(try await scene.value("select count(*) from cairn.task_history where task_id = \(id)") == 2)
            #expect(try await broken(scene, id, after: "") == [])
        }
    }

    @Test("may be switched on later and off again; what was written without it is checked for gaps alone, and counted")
    func switched() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim())
            #expect(try await chain(scene, id) == ["task_history 0 1", "step_history 0 5"])
            try await scene.call("set_hash_chain(true, 'ada', 'x')")
            try await scene.work()
            let other = try await scene.database.submit("t")
            #expect(try await broken(scene, id, after: "") == [])
            #expect(try await chain(scene, id) == ["task_history 1 1", "step_history 2 5"])
            #expect(try await scene.call("set_hash_chain(false, '', 'x')") == "CN400 invalid_actor")
            #expect(try await scene.call("set_hash_chain(null, 'ada', 'x')") == "CN400 invalid_option")
            try await scene.call("set_hash_chain(false, 'ada', 'x')")
            try await scene.settle(try await scene.claim())
            #expect(try await chain(scene, other) == ["task_history 1 0", "step_history 2 3"])
            #expect(try await broken(scene, other, after: "") == [])
            // On again, a chain begins anew, and is one with no end that can be cut off.
            try await scene.call("set_hash_chain(true, 'ada', 'x')")
            try await scene.work()
            #expect(try await chain(scene, other) == ["task_history 2 0", "step_history 4 3"])
            #expect(try await broken(scene, other, after: "") == [])
            #expect(
                try await broken(scene, other, after: "update cairn.step_history set hash = null")
                    == ["step_history 1", "step_history 2"].map {
                        "\($0) it has no hash, but the chain was on when it was written"
                    })
        }
    }

    /// How many rows of each history of a task have a hash, and how many have none.
    private func chain(_ scene: Scene, _ task: Int64) async throws -> [String] {
        try await scene.texts(
            "select history || ' ' || chained || ' ' || unchained from cairn.history_chain(\(task))")
    }

    @Test("a switch to what is so already does nothing, and puts back a trigger that was dropped by hand")
    func switchedTwice() async throws {
        try await Scene.with { scene in
            let switches: PostgresQuery = """
                select string_agg(enabled::text, ' ' order by from_id) || ' ' || (
                  select count(*) from cairn.operator_actions where action = 'set_hash_chain')
                from cairn.hash_chain_switches
                """
            try await scene.call("set_hash_chain(false, 'ada', 'x')")
            #expect(try await scene.value("select count(*) from cairn.operator_actions") == 0)
            for _ in 0..<2 { try await scene.call("set_hash_chain(true, 'ada', 'x')") }
            #expect(try await scene.text(switches) == "true 1")
            try await scene.database.pool.execute("drop trigger chain on cairn.task_history")
            try await scene.call("set_hash_chain(true, 'ada', 'x')")
            #expect(try await scene.text(switches) == "true true 2")
            try await scene.register(["a"])
            #expect(try await chain(scene, scene.database.submit("t")) == ["task_history 1 0", "step_history 1 0"])
            for _ in 0..<2 { try await scene.call("set_hash_chain(false, 'ada', 'x')") }
            #expect(try await scene.text(switches) == "true true false 3")
            for change in ["update cairn.hash_chain_switches set from_id = 1", "delete from cairn.hash_chain_switches"]
            {
                await #expect(throws: PostgresError.self) {
                    try await scene.database.pool.execute(PostgresQuery(unescaped: change))
                }
            }
        }
    }

    @Test(
        "a switch can only be written down as what is switched at this moment",
        arguments: [
            "(0, false, cairn.clock())", "(nextval('cairn.history_ids'), false, cairn.clock())",
            "(nextval('cairn.history_ids') - 1, true, cairn.clock())",
            "(nextval('cairn.history_ids') + 1, true, cairn.clock())",
            "(nextval('cairn.history_ids'), true, cairn.clock() - interval '1 day')",
            "(nextval('cairn.history_ids'), true, cairn.clock() + interval '1 day')",
        ])
    func backdated(row: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            try await scene.call("set_hash_chain(true, 'ada', 'x')")
            let id = try await scene.database.submit("t")
            let error = await #expect(throws: PostgresError.self) {
                try await scene.database.pool.execute(
                    PostgresQuery(
                        unescaped: """
                            insert into cairn.hash_chain_switches (from_id, enabled, switched_at, switched_by)
                            select *, 'eve' from (values \(row)) x
                            """))
            }
            #expect(error?.sqlState == "CN403")
            #expect(try await chain(scene, id) == ["task_history 1 0", "step_history 1 0"])
        }
    }

    @Test("is on for what is written after the switch, whenever the transaction began")
    func openTransactions() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            try await scene.database.pool.withTransaction { early in
                _ = try await early.query("select pg_current_xact_id()::text", as: String.self)
                // What this one has written keeps the switch waiting, and counts as written before it.
                let before = try await scene.race("select cairn.submit_task('test', 't')") {
                    try await scene.call("set_hash_chain(true, 'ada', 'x')")
                }
                #expect(before == "")
                _ = try await early.query("select cairn.submit_task('test', 't')", as: Int64.self)
            }
            #expect(try await chain(scene, 1) == ["task_history 0 1", "step_history 0 1"])
            #expect(try await chain(scene, 2) == ["task_history 1 0", "step_history 1 0"])
            #expect(try await scene.value("select count(*) from cairn.task_core, cairn.verify_history(id)") == 0)
            let wiped = "update cairn.step_history set hash = null where task_id"
            #expect(try await broken(scene, 1, after: "\(wiped) = 1") == [])
            #expect(
                try await broken(scene, 2, after: "\(wiped) = 2")
                    == ["step_history 1 it has no hash, but the chain was on when it was written"])
        }
    }

    @Test("is switched without taking part in a deadlock with a worker that has written one of the histories")
    func noDeadlock() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            let switching = try await scene.database.pool.withTransaction { working in
                _ = try await working.query(PostgresQuery(unescaped: scene.claiming()), as: Int64.self)
                let switching = Task { try await scene.call("set_hash_chain(true, 'ada', 'x')") }
                try await scene.database.somebodyWaits()
                _ = try await working.query(PostgresQuery(unescaped: scene.settling(id, "succeeded")), as: Int64.self)
                return switching
            }
            #expect(try await switching.value == "")
            #expect(try await chain(scene, id) == ["task_history 0 2", "step_history 0 3"])
        }
    }

    @Test("costs a row of a step a few pages, however many steps its task has")
    func cost() async throws {
        try await Scene.with { scene in
            try await scene.register((0..<2000).map { "s\($0)" })
            try await scene.call("set_hash_chain(true, 'ada', 'x')")
            _ = try await scene.database.submit("t")
            let claimed = try await scene.claim(2000)
            func pages() async throws -> Int64 {
                try await scene.database.pool.execute("select pg_stat_force_next_flush()")
                return try await scene.value(
                    """
                    select sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit)::bigint
                    from pg_statio_user_tables where relname like 'step_history%'
                    """)
            }
            let before = try await pages()
            try await scene.settle(claimed.filter { $0.stepNo == 1 })
            let read = try await pages() - before
            // One page or two of each week's index, and the row that is written.
            #expect(read < 60, "\(read) pages")
        }
    }
}
