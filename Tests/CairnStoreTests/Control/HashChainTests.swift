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
                    == ["task_history - it has no hash, but the row before it has one"])
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

    @Test("may be switched on later and off again; what was written without it is checked for gaps alone")
    func switched() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim())
            try await scene.call("set_hash_chain(true, 'ada', 'x')")
            try await scene.work()
            #expect(try await broken(scene, id, after: "") == [])
            let hashed = try await scene.text(
                "select count(hash) || ' of ' || count(*) from cairn.step_history where task_id = \(id)")
            #expect(hashed == "2 of 7")
            #expect(try await scene.call("set_hash_chain(false, '', 'x')") == "CN400 invalid_actor")
            try await scene.call("set_hash_chain(false, 'ada', 'x')")
            let other = try await scene.database.submit("t")
            #expect(try await scene.value("select count(hash) from cairn.step_history where task_id = \(other)") == 0)
        }
    }
}
