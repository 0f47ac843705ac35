import CairnStore
import Foundation
import Postgres
import TestSupport
import Testing

/// Every reason for which something waits, and the sentence for it.
@Suite("Explaining") struct ExplainTests {
    /// What is said of a step, or of the task: `reason: sentence | what to do`.
    private func said(_ scene: Scene, _ task: Int64, _ step: String? = nil) async throws -> String {
        let all = try await scene.texts(
            """
            select reason || ': ' || explanation || ' | ' || what_to_do from cairn.explain_task(\(task))
            where step_name is not distinct from \(step)
            """)
        #expect(all.count == 1)
        return all.first ?? ""
    }

    /// The same of a step that is asked for by name, which may have ended.
    private func saidOf(_ scene: Scene, _ task: Int64, _ step: String) async throws -> String {
        try await scene.text(
            """
            select reason || ': ' || explanation || ' | ' || what_to_do from cairn.explain_task(\(task), \(step))
            """)
    }

    /// The sentence with `T` for every time.
    private func plain(_ text: String) -> String {
        text.replacing(#/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ \((?:in )?\d+ (?:s|min|h|days)(?: ago)?\)/#, with: "T")
    }

    @Test("a step that waits for others names them, their states and since when, and they are explained themselves")
    func dependencies() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b", "c < a b"])
            let id = try await scene.database.submit("t")
            _ = try await scene.claim(1)
            #expect(
                plain(try await said(scene, id, "c"))
                    == "dependencies: c waits for a (in_progress since T), b (enqueued since T). | See those steps.")
            #expect(
                plain(try await said(scene, id, "a"))
                    == """
                    running: a runs on worker \(scene.worker) (test) since T, attempt 1 of 2; the worker last reported T, \
                    and the attempt times out at T. | Wait for it, or look at the worker's log.
                    """)
            #expect(
                plain(try await said(scene, id, "b"))
                    == """
                    queue: b is ready since T, behind 0 steps of the same or a higher priority; 1 live worker has its \
                    handler, and 1 of the 10 steps that run there at once at most are taken. | A worker takes it within seconds.
                    """)
            #expect(
                plain(try await said(scene, id))
                    == """
                    under_way: The task is steps_in_process since T: 2 of its steps are ready or run, 0 wait for a retry, \
                    0 for a delay. | See its steps.
                    """)
        }
    }

    @Test("a step that has ended, and whose worker cannot report it, says so and until when it is left to that worker")
    func reporting() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b"])
            let id = try await scene.database.submit("t")
            let step = try await scene.claim(2)[0]
            _ = try await scene.database.store.heartbeat(
                workerID: scene.worker, reporting: [AttemptKey(taskID: id, stepNo: step.stepNo, attempt: 1)])
            #expect(
                plain(try await said(scene, id, "a"))
                    == """
                    reporting: a has ended on worker \(scene.worker) (test), which cannot report it: another session of the \
                    database has task \(id) locked, or a step of it. The step is left to that worker until T. | End the \
                    transaction that has it locked (the oldest xact_start in pg_stat_activity); the worker reports it within \
                    seconds then.
                    """)
            #expect(try await said(scene, id, "b").hasPrefix("running: "))
            // A task that is being stopped waits for the same.
            try await scene.call("cancel_task(\(id), 'ada', 'not needed')")
            #expect(try await said(scene, id, "a").hasPrefix("reporting: "))
            #expect(try await said(scene, id, "b").hasPrefix("stopping: "))
            #expect(
                plain(try await said(scene, id))
                    == """
                    stopping: The task is being stopped, and waits for 2 of its steps to end; 1 of them has ended on a worker \
                    that cannot report it: another session of the database has the task locked, or a step of it. | End the \
                    transaction that has it locked (the oldest xact_start in pg_stat_activity). The workers of the others \
                    were told; each is given up 5 s after its timeout at the latest.
                    """)
        }
    }

    @Test("a step that waits for its next attempt says when, which, and the last error")
    func backoff() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim(), .retryable, message: "503 from the bank")
            #expect(
                plain(try await said(scene, id, "a"))
                    == """
                    backoff: a waits until T for attempt 2 of 2; the last failed with: 503 from the bank. | It is tried \
                    again by itself then.
                    """)
        }
    }

    @Test("a step that nobody can run says whether the namespace, or the handler is missing, and who had it last")
    func nobody() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            try await scene.database.register(
                #"{"namespace":"test","name":"other","version":"1.0.0","steps":[{"name":"a","handler":"my.own"}]}"#)
            let id = try await scene.database.submit("t")
            let other = try await scene.database.submit("other")
            #expect(
                plain(try await said(scene, other, "a"))
                    == """
                    no_handler: a is ready since T, but no live worker of namespace test has handler my.own; none ever had \
                    it. | Start a worker that has my.own, or mend the handler's name in a new version of the template.
                    """)
            let had = try await scene.database.worker(handlers: ["my.own"])
            try await scene.database.store.deregisterWorker(had)
            #expect(
                plain(try await said(scene, other, "a"))
                    == """
                    no_handler: a is ready since T, but no live worker of namespace test has handler my.own; worker \
                    \(had) (test) was the last to have it, until T. | Start a worker that has my.own, or mend the handler's \
                    name in a new version of the template.
                    """)
            try await scene.database.store.deregisterWorker(scene.worker)
            #expect(
                plain(try await said(scene, id, "a"))
                    == """
                    no_worker: a is ready since T, but no live worker serves namespace test. | Start one: cairn-worker \
                    --namespace test.
                    """)
        }
    }

    @Test("a paused namespace says by whom, since when and why")
    func paused() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.call("pause_namespace('test', 'ada', 'the bank is down')")
            #expect(
                plain(try await said(scene, id))
                    == "paused: Namespace test is paused by ada since T: the bank is down. | cairn namespace resume test --reason …."
            )
            #expect(
                plain(try await said(scene, id, "a"))
                    == """
                    paused: a is ready since T, but namespace test is paused by ada: the bank is down. | cairn namespace \
                    resume test --reason ….
                    """)
        }
    }

    @Test("a step in the queue says how many are before it")
    func queue() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            for _ in 0..<12 { _ = try await scene.database.submit("t", options: #"{"priority":5}"#) }
            _ = try await scene.claim(10)
            #expect(
                plain(try await said(scene, id, "a"))
                    == """
                    queue: a is ready since T, behind 2 steps of the same or a higher priority; 1 live worker has its \
                    handler, and 10 of the 10 steps that run there at once at most are taken. | Start more workers, or raise \
                    the priority of the task.
                    """)
        }
    }

    @Test("a held task says by whose failure, and until when")
    func blocked() async throws {
        try await Scene.with { scene in
            try await scene.register(
                ["a", "b < a"], ["a": #""on_failure":"block""#], extra: #","give_up_after":"2h""#)
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            #expect(
                plain(try await said(scene, id))
                    == """
                    blocked: The task is held by the failure of a since T, until T. | Mend the cause, then: cairn task \
                    retry \(id) --reason …; or resolve the step or the task.
                    """)
            #expect(
                plain(try await said(scene, id, "a"))
                    == """
                    failed: a failed at T after 1 attempt: it broke. | Mend the cause, then: cairn step reset \(id) a --reason …; or \
                    resolve or complete the step.
                    """)
            #expect(
                plain(try await said(scene, id, "b"))
                    == "dependencies: b waits for a (error since T). | See those steps.")
        }
    }

    @Test("a time to start, a delay, and a task that is being stopped are said")
    func waits() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"], ["a": #""delay":"2h""#])
            let later = try await scene.database.submit("t", options: #"{"run_at":"2999-01-01T00:00:00Z"}"#)
            #expect(
                plain(try await said(scene, later)) == "run_at: The task is to start at T. | It starts by itself then.")
            #expect(
                try await said(scene, later, "a") == "dependencies: a waits for the start of its task. | See the task.")
            let delayed = try await scene.database.submit("t")
            #expect(
                plain(try await said(scene, delayed, "a"))
                    == "delay: a is ready but for its delay, which is over at T. | It goes on by itself then.")
            try await scene.register(["a"], name: "plain")
            let running = try await scene.database.submit("plain")
            _ = try await scene.claim(1)
            try await scene.call("cancel_task(\(running), 'ada', 'x')")
            #expect(
                try await said(scene, running)
                    == """
                    stopping: The task is being stopped, and waits for 1 of its steps to end. | Their workers were told; \
                    each is given up 5 s after its timeout at the latest.
                    """)
            #expect(
                plain(try await said(scene, running, "a"))
                    == """
                    stopping: a is being stopped on worker \(scene.worker) (test) since T, attempt 1 of 2; the worker last \
                    reported T, and the attempt times out at T. | Wait for it, or look at the worker's log.
                    """)
        }
    }

    @Test("a worker that is silent is said to be")
    func silent() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            let silent = try await scene.database.worker(lease: .seconds(10))
            _ = try await scene.database.store.exchange(ExchangeRequest(workerID: silent, want: 1))
            try await scene.database.pool.execute("select set_config('cairn.clock_offset', '11 s', false)")
            #expect(
                plain(try await said(scene, id, "a"))
                    == """
                    running: a runs on worker \(silent) (test) since T, attempt 1 of 2; the worker last reported T, and the \
                    attempt times out at T. | The worker is silent for longer than its lease; a server gives the step to \
                    another within seconds.
                    """)
        }
    }

    @Test("an ended task says how, since when and by whom")
    func ended() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let done = try await scene.database.submit("t")
            try await scene.work()
            #expect(
                plain(try await said(scene, done))
                    == "ended: The task ended: it is complete since T. | It stays so; submit it again if it has to run once more."
            )
            let failed = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            #expect(
                plain(try await said(scene, failed))
                    == "ended: The task ended: it is error since T, by the failure of a. | Mend the cause, then: cairn task retry \(failed) --reason …."
            )
            let cancelled = try await scene.database.submit("t")
            try await scene.call("cancel_task(\(cancelled), 'ada', 'a mistake')")
            #expect(
                plain(try await said(scene, cancelled))
                    == """
                    ended: The task ended: it is cancelled since T, by ada: a mistake. | It stays so; submit it again if \
                    it has to run once more.
                    """)
            #expect(
                plain(try await saidOf(scene, done, "a"))
                    == "ended: a is complete since T. | Nothing has to be done.")
            #expect(
                plain(try await saidOf(scene, cancelled, "a"))
                    == "ended: a is cancelled since T. | Nothing has to be done.")
            for (call, hint) in [("99", "task_not_found"), ("\(done), 'zz'", "step_not_found")] {
                let error = await #expect(throws: PostgresError.self) {
                    try await scene.database.pool.execute(
                        PostgresQuery(unescaped: "select * from cairn.explain_task(\(call))"))
                }
                #expect(error?.sqlState == "CN404" && error?.hint == hint)
            }
        }
    }

    @Test("a step that waits for others says since when they are as they are, also when they wait themselves")
    func dependenciesSince() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b", "c < b", "d < a c"])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim(1), .retryable)
            try await scene.pass(5)
            func since(_ step: String) async throws -> [String] {
                let sentence = try await said(scene, id, step)
                return sentence.matches(of: #/(\w+ \(\w+) since .*? \((\d+ s) ago\)\)/#).map { "\($0.1) \($0.2)" }
            }
            #expect(try await since("d") == ["a (waiting_for_retry 5 s", "c (pending 5 s"])
            try await scene.settle(try await scene.claim())
            try await scene.settle(try await scene.claim())
            try await scene.pass(20)
            // A step that is pending again is so since it was reset, not since the task began.
            try await scene.call("rerun_step(\(id), 'b', 'ada', 'x', true)")
            try await scene.pass(7)
            #expect(try await since("d") == ["a (enqueued 7 s", "c (pending 7 s"])
        }
    }

    @Test("a step whose workers died says that it runs apart from its like")
    func suspect() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            let dying = try await scene.database.worker(lease: .seconds(10))
            _ = try await scene.database.store.exchange(ExchangeRequest(workerID: dying, want: 1))
            try await scene.pass(11)
            #expect(
                plain(try await said(scene, id, "a"))
                    == """
                    queue: a is ready since T, behind 0 steps of the same or a higher priority; 1 live worker has its \
                    handler, and 0 of the 10 steps that run there at once at most are taken. | Its workers died under it; it \
                    runs when one of them holds no other such step.
                    """)
        }
    }

    @Test("a queue that is long is not counted to its end")
    func longQueue() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let first = try await scene.database.submit("t")
            let second = try await scene.database.submit("t")
            let urgent = TaskSubmission(
                namespace: "test", templateName: "t", context: nil, options: JSONB(#"{"priority":5}"#))
            #expect(plain(try await said(scene, second, "a")).contains(" behind 1 step of the same "))
            _ = try await scene.database.store.submit(Array(repeating: urgent, count: 1001))
            #expect(
                plain(try await said(scene, first, "a"))
                    == """
                    queue: a is ready since T, behind more than 1000 steps of the same or a higher priority; 1 live worker \
                    has its handler, and 0 of the 10 steps that run there at once at most are taken. | A worker takes it \
                    within seconds.
                    """)
        }
    }

    @Test("a task that ended for it had not moved, or that cannot go on, says so")
    func endedForGood() async throws {
        try await Scene.with { scene in
            try await scene.register(
                ["a"], name: "stale", extra: #","stale":{"steps_in_process":{"after":"2h","action":"error"}}"#)
            let stale = try await scene.database.submit("stale")
            try await scene.database.store.deregisterWorker(scene.worker)
            try await scene.pass(7300)
            let ended = try await scene.pass(1)
            #expect(
                plain(try await said(scene, stale))
                    == """
                    ended: The task ended: it is error since T, for nothing of it had moved for too long. | It cannot go on, \
                    for steps of it were cancelled: submit it again.
                    """, "\(ended)")
        }
        try await Scene.with { scene in
            try await scene.register(["a", "b", "c < b"], name: "fast", extra: #","fail_fast":true"#)
            let fast = try await scene.database.submit("fast")
            try await scene.settle(try await scene.claim(1), .permanent)
            #expect(
                plain(try await said(scene, fast))
                    == """
                    ended: The task ended: it is error since T, by the failure of a. | It cannot go on, for steps of it were \
                    cancelled: submit it again.
                    """)
        }
    }

    @Test("only what can run again is proposed to, and then it can")
    func runsAgain() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim(1))
            #expect(
                plain(try await said(scene, id)) == """
                    under_way: The task is steps_in_process since T: 1 of its steps is ready or runs, 0 wait for a retry, \
                    0 for a delay. | See its steps.
                    """)
            let rerun =
                "ended: a is complete since T. | To run it again: cairn step rerun \(id) a --downstream --reason …."
            try await scene.settle(try await scene.claim(1), .permanent)
            #expect(plain(try await saidOf(scene, id, "a")) == rerun)
            try await scene.call("rerun_step(\(id), 'a', 'ada', 'once more', true)")
            try await scene.settle(try await scene.claim(1))
            try await scene.settle(try await scene.claim(1), .permanent)
            try await scene.call("resolve_task(\(id), 'ada', 'by hand')")
            #expect(
                plain(try await saidOf(scene, id, "a")) == "ended: a is complete since T. | Nothing has to be done.")
            #expect(
                plain(try await saidOf(scene, id, "b"))
                    == "failed: b failed at T after 2 attempts: it broke. | It stays so, for its task has ended.")
        }
    }

    @Test("a failure that the template tolerates needs nothing", arguments: ["continue", "skip_dependents"])
    func tolerated(onFailure: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b", "c < a"], ["a": #""on_failure":"\#(onFailure)""#])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim(1), .permanent)
            #expect(
                plain(try await said(scene, id, "a"))
                    == "failed: a failed at T after 1 attempt: it broke. | Nothing has to be done: its template says on_failure \(onFailure)."
            )
            if onFailure == "skip_dependents" {
                #expect(
                    plain(try await saidOf(scene, id, "c")) == "ended: c is skipped since T. | Nothing has to be done.")
            }
        }
    }

    @Test("each reason that is given has its sentence here")
    func reasons() throws {
        let here = URL(filePath: #filePath)
        let tests = try String(contentsOf: here, encoding: .utf8)
        let root = (0..<4).reduce(here) { url, _ in url.deletingLastPathComponent() }
        let source = try String(
            contentsOf: root.appending(path: "Migrations/functions/explain.sql"), encoding: .utf8)
        let given = source.matches(of: #/reason := ([^;]+);/#).flatMap { $0.1.matches(of: #/'([a-z_]+)'/#).map(\.1) }
        #expect(Set(given).count > 10)
        for reason in Set(given) {
            #expect(tests.contains(try Regex("[\" ]\(reason): \\S")), "\(reason)")
        }
    }
}
