import CairnStore
import Postgres
import TestSupport
import Testing

/// Locked rows in great number. What is locked keeps all the tasks of a call locked for as long as it is tried: so little
/// is tried, and what is free is had all the same.
@Suite struct ManyLockedTests {
    /// A part of the sweep, and tasks that are due for it two hours from now.
    struct Part: Sendable, CustomTestStringConvertible {
        let call: String
        /// What the part does to tasks.
        let function: String
        /// Whether it looks for the steps that are due, and so passes over locked ones.
        var looksForSteps = true
        let prepare: @Sendable (Scene, Int) async throws -> [Int64]

        var testDescription: String { call }

        /// What it takes at once, of at most so many.
        func swept(_ scene: Scene, limit: Int = 1000) async throws -> Int64 {
            try await scene.value(
                """
                select (cairn.\(unescaped: call)(\(limit)::integer))::bigint
                from set_config('cairn.clock_offset', '2 hours', true) c, set_config('lock_timeout', '2s', true) l
                """)
        }
    }

    private static let parts = [
        Part(call: "enqueue_due_retries", function: "enqueue_retries") { scene, count in
            try await scene.register(["a"])
            let tasks = try await submit(count, scene)
            for step in try await scene.claim(Int32(count)) { try await scene.settle([step], .retryable) }
            return tasks
        },
        Part(call: "start_due_tasks", function: "start_tasks", looksForSteps: false) { scene, count in
            try await scene.register(["a"])
            return try await submit(count, scene, runsLater: true)
        },
        Part(call: "enqueue_delayed_steps", function: "end_delays") { scene, count in
            try await scene.register(["a"], ["a": #""delay":"1h""#])
            return try await submit(count, scene)
        },
        Part(call: "expire_attempts", function: "expire_tasks") { scene, count in
            try await scene.register(["a"])
            let tasks = try await submit(count, scene)
            for _ in tasks { _ = try await scene.claim(1) }
            try await scene.call("deregister_worker(\(scene.worker))")
            return tasks
        },
        Part(call: "give_up_blocked_tasks", function: "give_up_tasks", looksForSteps: false) { scene, count in
            try await scene.register(["a"], ["a": #""on_failure":"block""#], extra: #","give_up_after":"1h""#)
            let tasks = try await submit(count, scene)
            try await scene.settle(try await scene.claim(Int32(count)), .permanent)
            return tasks
        },
    ]

    private static func submit(_ count: Int, _ scene: Scene, runsLater: Bool = false) async throws -> [Int64] {
        var tasks: [Int64] = []
        for second in 0..<count {
            let at = try await scene.text(
                """
                select to_char((now() + \(second) * interval '1 s' + interval '1 hour') at time zone 'UTC',
                  'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                """)
            tasks.append(try await scene.database.submit("t", options: runsLater ? #"{"run_at":"\#(at)"}"# : nil))
        }
        return tasks
    }

    private static func lockSteps(of tasks: [Int64], on session: PostgresConnection) async throws {
        _ = try await session.query(
            "select step_no from cairn.step_core where task_id = any (\(tasks)) for update", as: Int32.self)
    }

    /// Counts from now on how often a function begins, also when that comes to nothing.
    private static func count(_ function: String, _ scene: Scene) async throws {
        try await scene.database.pool.runScript(
            """
            create sequence public.calls;
            do $do$ begin
              execute regexp_replace(pg_get_functiondef('cairn.\(function)'::regproc), E'\\nbegin\\n',
                E'\\nbegin\\n  perform nextval(''public.calls'');\\n');
            end $do$
            """)
    }

    private static func calls(_ scene: Scene) async throws -> Int64 {
        try await scene.value("select coalesce(pg_sequence_last_value('public.calls'), 0)")
    }

    @Test func `an exchange that waits for nobody tries them thirty times at most, and settles what is free`()
        async throws
    {
        try await Scene.withSessions { scene in
            try await scene.register(["a", "b"])
            let tasks = try await Self.submit(90, scene)
            let claimed = try await scene.claim(180)
            let locked = Set(tasks.enumerated().filter { $0.offset % 3 > 0 }.map(\.element))
            try await Self.count("settle_steps", scene)
            let request = ExchangeRequest(
                workerID: scene.worker,
                settlements: claimed.map {
                    Settlement(
                        taskID: $0.taskID, stepNo: $0.stepNo, attempt: $0.attempt, outcome: .succeeded,
                        payload: JSONB("1"))
                }, want: 0, patience: .zero)
            try await scene.database.pool.withTransaction { session in
                _ = try await session.query(
                    "select step_no from cairn.step_core where task_id = any (\(Array(locked))) and step_no = 2 for update",
                    as: Int32.self)
                let reply = try await scene.database.store.exchange(request)
                #expect(Set(reply.locked.map(\.taskID)) == locked)
                #expect(
                    reply.locked.count == 2 * locked.count, "what is of one task is settled together, or not at all")
                #expect(reply.refused == [])
                #expect(try await Self.calls(scene) <= 30)
            }
            let late = try await scene.database.store.exchange(request)
            #expect(late.locked == [] && late.refused.count == claimed.count - 2 * locked.count)
            #expect(try await scene.value("select count(*) from cairn.tasks where state = 'complete'") == 90)
            #expect(try await scene.miscounted() == [])
        }
    }

    @Test("a part of the sweep tries them thirty times at most, and does what is free", arguments: parts.prefix(4))
    func sweep(part: Part) async throws {
        try await Scene.withSessions { scene in
            let tasks = try await part.prepare(scene, 60)
            let locked = tasks.enumerated().filter { $0.offset % 3 > 0 }.map(\.element)
            try await Self.count(part.function, scene)
            try await scene.database.pool.withTransaction { session in
                try await Self.lockSteps(of: locked, on: session)
                #expect(try await part.swept(scene) == 20)
                #expect(try await Self.calls(scene) <= 30)
            }
            #expect(try await part.swept(scene) == 40)
            #expect(try await scene.miscounted() == [])
        }
    }

    @Test("what is due behind them is had by the same sweep, however little that takes at once", arguments: parts)
    func behind(part: Part) async throws {
        try await Scene.withSessions { scene in
            let tasks = try await part.prepare(scene, 4)
            try await scene.database.pool.withTransaction { session in
                if part.looksForSteps { try await Self.lockSteps(of: [tasks[0]], on: session) }
                _ = try await session.query(
                    "select id from cairn.task_core where id = any (\(Array(tasks[1...2]))) for update", as: Int64.self)
                if !part.looksForSteps {
                    _ = try await session.query(
                        "select id from cairn.task_core where id = \(tasks[0]) for update", as: Int64.self)
                }
                #expect(try await part.swept(scene, limit: 1) == 1)
                #expect(try await part.swept(scene, limit: 1) == 0)
            }
            #expect(try await part.swept(scene) == 3)
            #expect(try await scene.miscounted() == [])
        }
    }
}
