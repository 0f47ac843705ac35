import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("An operator") struct OperatorTests {
    @Test(
        "says who and why, or is refused and nothing happens",
        arguments: [
            "cancel_task(%, '', 'why')", "cancel_task(%, null, 'why')", "cancel_task(%, 'ada', ' ')",
            "resolve_step(%, 'a', 'ada', null)", "complete_step(%, 'a', '1', '', 'why')",
            "set_task_priority(%, 5, 'ada', '')", "pause_namespace('test', 'ada', '')",
            "open_dead_letter(%, '', 'why')", "bulk_action('cancel', '{}', 'ada', '')",
        ])
    func whoAndWhy(call: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            let answer = try await scene.call(call.replacing("%", with: "\(id)"))
            #expect(["CN400 invalid_actor", "CN400 invalid_reason"].contains(answer))
            #expect(try await scene.states(id) == "steps_in_process: a enqueued")
            #expect(try await scene.database.value("select count(*) from cairn.operator_actions", as: Int64.self) == 0)
        }
    }

    @Test("is remembered with role, address and reason, beside the action and in the history it caused")
    func trail() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            try await scene.database.pool.execute("select set_config('cairn.address', '192.0.2.7', false)")
            try await scene.call("complete_step(\(id), 'a', '{\"paid\": true}', 'ada', 'paid by hand')")
            let action = try await scene.text(
                """
                select action || ' ' || actor || ' ' || (role = session_user) || ' ' || address || ' ' || reason
                from cairn.operator_actions where task_id = \(id)
                """)
            #expect(action == "complete_step ada true 192.0.2.7 paid by hand")
            let rows = try await scene.texts(
                """
                select event || ' ' || actor || ' ' || reason from cairn.step_history
                where task_id = \(id) and actor is not null order by id
                """)
            #expect(rows == ["complete_manually ada paid by hand", "enqueue ada paid by hand"])
            let before = try await scene.database.value("select max(id) from cairn.step_history", as: Int64.self)
            _ = try await scene.claim()
            let later = try await scene.texts(
                "select actor from cairn.step_history where id > \(before) and actor is not null")
            #expect(later == [], "what happens afterwards is nobody's doing")
            let claimed = try await scene.text(
                "select result::text from cairn.steps where task_id = \(id) and name = 'a'")
            #expect(claimed == #"{"paid": true}"#)
            for statement in ["update cairn.operator_actions set actor = 'x'", "delete from cairn.operator_actions"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await scene.database.pool.execute(PostgresQuery(unescaped: statement))
                }
                #expect(error?.sqlState == "CN403")
            }
        }
    }

    @Test("cancels what waits at once, and what runs as soon as it ends; its result is not wanted")
    func cancel() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b", "c < a b"])
            let id = try await scene.database.submit("t")
            let claimed = try await scene.claim(1)
            #expect(try await scene.call("cancel_task(\(id), 'ada', 'changed my mind')") == "cancelling")
            #expect(try await scene.states(id) == "steps_in_process: a in_progress, b cancelled, c cancelled")
            #expect(try await scene.text("select cancelling::text from cairn.tasks where id = \(id)") == "true")
            #expect(try await scene.call("cancel_task(\(id), 'ada', 'really')") == "already_cancelling")
            #expect(try await scene.call("reset_step(\(id), 'a', 'ada', 'x')") == "CN409 task_stopping")
            #expect(try await scene.settle(claimed).isEmpty)
            #expect(try await scene.states(id) == "cancelled: a cancelled, b cancelled, c cancelled")
            #expect(
                try await scene.text(
                    "select outcome || ' ' || coalesce(result::text, 'no result') from cairn.step_attempts where task_id = \(id)"
                )
                    == "cancelled no result")
            let who = try await scene.text(
                "select actor || ': ' || reason from cairn.task_history where task_id = \(id) and to_state = 'cancelled'"
            )
            #expect(who == "ada: changed my mind")
            #expect(try await scene.call("cancel_task(\(id), 'ada', 'once more')") == "CN409 task_ended")
            #expect(try await scene.call("retry_task(\(id), 'ada', 'once more')") == "CN409 task_ended")
        }
    }

    @Test("need not wait for a worker that is gone: its steps end with its lease")
    func cancelAfterDeath() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            let doomed = try await scene.database.worker(lease: .seconds(10))
            _ = try await scene.database.store.exchange(ExchangeRequest(workerID: doomed, want: 1))
            #expect(try await scene.call("cancel_task(\(id), 'ada', 'x')") == "cancelling")
            try await scene.pass(11)
            #expect(try await scene.states(id) == "cancelled: a cancelled")
        }
    }

    @Test("retries a task that ended in error: old attempts stay, new ones are numbered on")
    func retry() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .retryable])
            try await scene.pass(11)
            try await scene.work(["a": .retryable])
            #expect(try await scene.states(id) == "error: a error, b pending")
            #expect(try await scene.call("retry_task(\(id), 'ada', 'mended')") == "1")
            let claimed = try await scene.claim()
            #expect(claimed[0].attempt == 3 && claimed[0].maxAttempts == 4)
            try await scene.settle(claimed)
            try await scene.work()
            #expect(try await scene.states(id) == "complete: a complete, b complete")
            let attempts = try await scene.texts(
                "select attempt || ' ' || outcome from cairn.step_attempts where task_id = \(id) and step_no = 1 order by 1"
            )
            #expect(attempts == ["1 retryable", "2 retryable", "3 succeeded"])
            #expect(try await scene.call("retry_task(\(id), 'ada', 'again')") == "CN409 task_ended")
        }
    }

    @Test("runs a step again with what depends on it; results before stay readable")
    func rerun() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a", "c"], ["c": #""on_failure":"block""#])
            let id = try await scene.database.submit("t")
            try await scene.work(["c": .permanent])
            #expect(try await scene.states(id) == "blocked_by_failures: a complete, b complete, c error")
            #expect(try await scene.call("rerun_step(\(id), 'a', 'ada', 'x')") == "CN409 downstream_has_begun")
            #expect(try await scene.call("rerun_step(\(id), 'a', 'ada', 'x', true)") == "")
            #expect(try await scene.states(id) == "steps_in_process: a enqueued, b pending, c error")
            try await scene.work()
            #expect(try await scene.states(id) == "blocked_by_failures: a complete, b complete, c error")
            let runs = try await scene.texts(
                "select step_no || '.' || attempt from cairn.step_attempts where task_id = \(id) and outcome = 'succeeded' order by 1"
            )
            #expect(runs == ["1.1", "1.2", "2.1", "2.2"])
            #expect(try await scene.call("resolve_step(\(id), 'c', 'ada', 'not needed')") == "")
            #expect(try await scene.states(id) == "complete: a complete, b complete, c resolved_manually")
        }
    }

    @Test("takes a running step from its worker: its late result is refused")
    func resolveRunning() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            let claimed = try await scene.claim()
            #expect(try await scene.call("complete_step(\(id), 'a', '{\"by\": \"hand\"}', 'ada', 'stuck')") == "")
            #expect(try await scene.settle(claimed).count == 1)
            let next = try await scene.claim()
            #expect(next[0].results.written == #"{"a": {"by": "hand"}}"#)
            let attempts = try await scene.texts(
                "select attempt || ' ' || outcome from cairn.step_attempts where task_id = \(id) order by attempt")
            #expect(attempts == ["1 cancelled", "2 completed_manually"])
        }
    }

    @Test("resolves a task: what has not run is cancelled, and the task is over")
    func resolveTask() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            #expect(try await scene.call("resolve_task(\(id), 'ada', 'x')") == "CN409 illegal_transition")
            try await scene.work(["a": .permanent])
            #expect(try await scene.call("resolve_task(\(id), 'ada', 'done elsewhere')") == "")
            #expect(try await scene.states(id) == "resolved_manually: a error, b cancelled")
        }
    }

    @Test("pauses a namespace: what runs finishes, nothing new starts; resuming goes on")
    func pause() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            let claimed = try await scene.claim()
            #expect(try await scene.call("pause_namespace('test', 'ada', 'maintenance')") == "true")
            #expect(try await scene.call("pause_namespace('test', 'ada', 'maintenance')") == "false")
            #expect(try await scene.settle(claimed).isEmpty)
            #expect(try await scene.claim().isEmpty)
            #expect(try await scene.states(id) == "steps_in_process: a complete, b enqueued")
            #expect(try await scene.call("resume_namespace('test', 'ada', 'done')") == "true")
            try await scene.work()
            #expect(try await scene.states(id) == "complete: a complete, b complete")
            #expect(try await scene.call("pause_namespace('nowhere', 'ada', 'x')") == "CN404 namespace_not_found")
        }
    }

    @Test("drains a worker from afar: it gets nothing new, and is told")
    func drain() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            _ = try await scene.database.submit("t")
            #expect(try await scene.call("drain_worker(\(scene.worker), 'ada', 'deploy')") == "true")
            #expect(try await scene.claim().isEmpty)
            #expect(try await scene.database.store.heartbeat(workerID: scene.worker).state == .draining)
            try await scene.database.store.deregisterWorker(scene.worker)
            #expect(try await scene.call("drain_worker(\(scene.worker), 'ada', 'deploy')") == "CN409 worker_ended")
        }
    }

    @Test("changes the priority of what waits")
    func priority() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let first = try await scene.database.submit("t")
            let second = try await scene.database.submit("t")
            try await scene.call("set_task_priority(\(second), 10, 'ada', 'urgent')")
            #expect(try await scene.claim(1)[0].taskID == second)
            #expect(try await scene.call("set_task_priority(\(first), 1001, 'ada', 'x')") == "CN400 invalid_option")
        }
    }

    @Test("acts on many tasks at once: counted first, each on its own, in bounded batches")
    func bulk() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            for _ in 0..<7 { _ = try await scene.database.submit("t") }
            let claimed = try await scene.claim(5)
            try await scene.settle(claimed, .permanent)
            let filter = #"{"namespace": "test", "template_name": "t"}"#
            #expect(
                try await scene.call("count_bulk('\(filter)')")
                    == #"{"matched": 7, "by_state": {"error": 5, "steps_in_process": 2}}"#)
            let first = try await scene.call("bulk_action('retry', '\(filter)', 'ada', 'mended', p_limit => 6)")
            #expect(first.hasPrefix(#"{"done": 5, "next": 6, "refused": [{"code": "nothing_to_retry""#), "\(first)")
            let second = try await scene.call(
                "bulk_action('retry', '\(filter)', 'ada', 'mended', p_after => 6, p_limit => 6)")
            #expect(
                second.hasPrefix(#"{"done": 0, "next": null, "refused": [{"code": "nothing_to_retry""#), "\(second)")
            #expect(try await scene.call("count_bulk('{\"nmespace\": \"test\"}')") == "CN400 invalid_filter")
            #expect(try await scene.call("count_bulk('{\"state\": \"erorr\"}')") == "CN400 invalid_filter")
            #expect(try await scene.call("bulk_action('explode', '{}', 'ada', 'x')") == "CN400 invalid_action")
            #expect(try await scene.call("bulk_action('reset_step', '{}', 'ada', 'x')") == "CN400 invalid_filter")
        }
    }

    @Test(
        "who names no tasks means none: a filter that says nothing, or what cannot be, is refused",
        arguments: [
            "null", "'{}'", "'[]'", "'5'", #"'{"namespace": null}'"#, #"'{"namespace": ""}'"#, #"'{"namespace": 5}'"#,
            #"'{"step_state": "error"}'"#,
        ])
    func emptyFilter(filter: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            #expect(try await scene.call("bulk_action('cancel', \(filter), 'ada', 'x')") == "CN400 invalid_filter")
            #expect(try await scene.call("count_bulk(\(filter))") == "CN400 invalid_filter")
            #expect(try await scene.states(id) == "steps_in_process: a enqueued")
        }
    }

    @Test("cannot complete a task of which a part was cancelled")
    func cancelledPart() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b", "c < b"], extra: #","fail_fast":true"#)
            let id = try await scene.database.submit("t")
            let claimed = try await scene.claim()
            try await scene.settle([claimed[0]], .permanent)
            try await scene.settle([claimed[1]])
            for call in ["resolve_step(%, 'a', 'ada', 'x')", "complete_step(%, 'a', '1', 'ada', 'x')"] {
                #expect(
                    try await scene.call(call.replacing("%", with: "\(id)")) == "CN409 steps_cancelled", "\(call)")
            }
            #expect(try await scene.states(id) == "error: a error, b cancelled, c cancelled")
            let said = try await scene.text("select what_to_do from cairn.explain_task(\(id)) where step_name is null")
            #expect(said.contains("submit it again"))
        }
    }
}
