import CairnStore
import Postgres
import TestSupport
import Testing

/// Rows of steps that somebody has locked without their task: an administrator with `select … for update`, or a worker
/// that leaves a claim uncommitted.
@Suite struct LockedStepTests {
    /// A part of the sweep with two tasks for it, and what it makes of each.
    struct Part: Sendable, CustomTestStringConvertible {
        let call: String
        let before: String
        let after: String
        let prepare: @Sendable (Scene) async throws -> (Int64, Int64)

        var testDescription: String { call }

        /// What it takes at once, two hours from now.
        func swept(_ scene: Scene) async throws -> Int64 {
            try await scene.value(
                """
                select (\(unescaped: call))::bigint
                from set_config('cairn.clock_offset', '2 hours', true) c, set_config('lock_timeout', '2s', true) l
                """)
        }

        static func two(_ scene: Scene, options: String? = nil) async throws -> (Int64, Int64) {
            (
                try await scene.database.submit("t", options: options),
                try await scene.database.submit("t", options: options)
            )
        }
    }

    private static let parts = [
        Part(
            call: "cairn.enqueue_due_retries()", before: "waiting_for_retry: a waiting_for_retry",
            after: "steps_in_process: a enqueued"
        ) { scene in
            try await scene.register(["a"])
            let tasks = try await Part.two(scene)
            try await scene.settle(try await scene.claim(), .retryable)
            return tasks
        },
        Part(call: "cairn.start_due_tasks()", before: "pending: a pending", after: "steps_in_process: a enqueued") {
            scene in
            try await scene.register(["a"])
            let soon = try await scene.text(
                #"select to_char((now() + interval '1 hour') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"#)
            return try await Part.two(scene, options: #"{"run_at": "\#(soon)"}"#)
        },
        Part(
            call: "cairn.enqueue_delayed_steps()", before: "waiting_for_dependencies: a pending",
            after: "steps_in_process: a enqueued"
        ) { scene in
            try await scene.register(["a"], ["a": #""delay":"1h""#])
            return try await Part.two(scene)
        },
        Part(
            call: "cairn.expire_attempts()", before: "steps_in_process: a in_progress",
            after: "waiting_for_retry: a waiting_for_retry"
        ) { scene in
            try await scene.register(["a"])
            let tasks = try await Part.two(scene)
            _ = try await scene.claim()
            try await scene.call("deregister_worker(\(scene.worker))")
            return tasks
        },
        Part(
            call: "select repaired_tasks from cairn.inspect_tasks()", before: "steps_in_process: a in_progress",
            after: "steps_in_process: a enqueued"
        ) { scene in
            try await scene.register(["a"])
            let tasks = try await Part.two(scene)
            _ = try await scene.claim()
            try await scene.database.pool.runScript(
                """
                begin;
                set local session_replication_role = replica;
                update cairn.step_core set worker_id = 4711;
                commit
                """)
            return tasks
        },
        Part(
            call: "select stale_tasks from cairn.inspect_tasks()", before: "steps_in_process: a enqueued",
            after: "error: a cancelled"
        ) { scene in
            try await scene.register(
                ["a"], extra: #","stale":{"steps_in_process":{"after":"1m","action":"error"}}"#)
            let tasks = try await Part.two(scene)
            try await scene.database.pool.execute(
                "update cairn.workers set state = 'stopped', ended_at = registered_at - interval '1 day'")
            return tasks
        },
    ]

    private static func lock(_ task: Int64, on session: PostgresConnection) async throws {
        _ = try await session.query(
            "select step_no from cairn.step_core where task_id = \(task) for update", as: Int32.self)
    }

    @Test("keep a sweep from nothing but their own task, which the next one finds", arguments: parts)
    func sweep(part: Part) async throws {
        try await Scene.withSessions { scene in
            let (locked, other) = try await part.prepare(scene)
            try await scene.database.pool.withTransaction { session in
                try await Self.lock(locked, on: session)
                #expect(try await part.swept(scene) == 1)
                #expect(try await scene.states(other) == part.after)
                #expect(try await scene.states(locked) == part.before)
            }
            #expect(try await part.swept(scene) == 1)
            #expect(try await scene.states(locked) == part.after)
            #expect(try await scene.miscounted() == [])
        }
    }

    @Test(
        "keep an exchange that waits for nobody from settling nothing but their own tasks, and are named",
        arguments: [[0], [4], [1, 2], [0, 1, 2, 3, 4]])
    func exchange(failing: [Int]) async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a", "b"], extra: #","fail_fast":true"#)
            var tasks: [Int64] = []
            for _ in 0..<5 { tasks.append(try await scene.database.submit("t")) }
            let reply = try await scene.database.pool.withTransaction { session in
                for task in tasks {
                    _ = try await session.query(
                        "select step_no from cairn.step_core where task_id = \(task) and step_no = 2 for update",
                        as: Int32.self)
                }
                let claimed = try await scene.claim()
                #expect(claimed.map(\.taskID) == tasks)
                // A failure ends the task, and with it the step that is locked; a success touches nothing of that.
                let settlements = claimed.enumerated().map { index, step in
                    Settlement(
                        taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt,
                        outcome: failing.contains(index) ? .permanent : .succeeded, payload: JSONB("{}"))
                }
                let request = ExchangeRequest(
                    workerID: scene.worker, settlements: settlements, want: 1, patience: .zero)
                let reply = try await scene.database.store.exchange(request)
                #expect(reply.locked.map(\.taskID) == failing.map { tasks[$0] })
                #expect(reply.refused == [])
                for (index, task) in tasks.enumerated() {
                    #expect(
                        try await scene.states(task)
                            == "steps_in_process: a \(failing.contains(index) ? "in_progress" : "complete"), b enqueued"
                    )
                }
                return request
            }
            // The same again, once nothing is locked: what had its effect is refused.
            let late = try await scene.database.store.exchange(reply)
            #expect(late.locked == [] && late.refused.count == 5 - failing.count)
            for index in failing {
                #expect(try await scene.states(tasks[index]).hasPrefix("error: a error, b cancelled"))
            }
            #expect(try await scene.miscounted() == [])
        }
    }
}
