import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("A dead letter") struct DeadLetterTests {
    private func letters(_ scene: Scene, _ task: Int64) async throws -> [String] {
        try await scene.texts(
            "select reason || ' ' || status from cairn.dead_letters where task_id = \(task) order by id")
    }

    @Test("is opened in the transaction that fails the task, with why, and the task as it was")
    func opened() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t", context: #"{"order": 7}"#)
            try await scene.work(["a": .retryable])
            #expect(try await letters(scene, id) == [], "a retry is not the end")
            try await scene.pass(11)
            try await scene.work(["a": .retryable])
            #expect(try await letters(scene, id) == ["retries_exhausted pending"])
            let letter = try await scene.text(
                """
                select message || ' | ' || (snapshot #>> '{task,context,order}') || ' | ' || (snapshot #>> '{steps,0,state}')
                  || ' | ' || jsonb_array_length(snapshot -> 'attempts')
                from cairn.dead_letters
                """)
            #expect(letter == "step a failed after 2 attempts: it broke | 7 | error | 2")
            let together = try await scene.value(
                """
                select count(distinct h.xid) from cairn.task_history h, cairn.dead_letters d
                where h.task_id = \(id) and h.to_state = 'error' and d.xmin::text::bigint = (h.xid::text::bigint & 4294967295)
                """)
            #expect(together == 1)
        }
    }

    @Test("is one for a task that is held and then given up")
    func one() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"], ["a": #""on_failure":"block""#], extra: #","give_up_after":"1h""#)
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            try await scene.pass(3601)
            #expect(try await scene.states(id) == "error: a error")
            #expect(try await letters(scene, id) == ["permanent_error pending"])
        }
    }

    @Test("that is resolved by a retry makes the task resume by itself; a task that fails again gets another")
    func retry() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            let letter = try await scene.value("select id from cairn.dead_letters")
            try await scene.call("investigate_dead_letter(\(letter), 'ada', 'the provider was down')")
            #expect(try await letters(scene, id) == ["permanent_error investigating"])
            #expect(try await scene.call("resolve_dead_letter(\(letter), 'retry', 'ada', 'it is up again')") == "")
            #expect(try await letters(scene, id) == ["permanent_error resolved"])
            #expect(try await scene.states(id) == "steps_in_process: a enqueued")
            let notes = try await scene.texts(
                "select n ->> 'by' || ': ' || (n ->> 'text') from cairn.dead_letters, jsonb_array_elements(notes) n")
            #expect(notes == ["ada: the provider was down", "ada: it is up again"])
            try await scene.work(["a": .permanent])
            #expect(try await letters(scene, id) == ["permanent_error resolved", "permanent_error pending"])
            #expect(
                try await scene.call("resolve_dead_letter(\(letter), 'retry', 'ada', 'x')")
                    == "CN409 dead_letter_closed")
        }
    }

    @Test(
        "is closed by what an operator does to the task",
        arguments: [
            ("retry_task(%, 'ada', 'x')", "resolved"), ("resolve_step(%, 'a', 'ada', 'x')", "resolved"),
            ("resolve_task(%, 'ada', 'x')", "resolved"), ("complete_step(%, 'a', '1', 'ada', 'x')", "resolved"),
        ])
    func closed(call: String, status: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            try await scene.call(call.replacing("%", with: "\(id)"))
            #expect(try await letters(scene, id) == ["permanent_error \(status)"])
            #expect(try await scene.text("select closed_by from cairn.dead_letters") == "ada")
        }
    }

    @Test(
        "may be closed in other ways",
        arguments: [
            ("give_up", "permanently_failed", "error: a error"), ("resolve", "resolved", "resolved_manually: a error"),
            ("close", "resolved", "error: a error"),
        ])
    func ways(action: String, status: String, states: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.work(["a": .permanent])
            let letter = try await scene.value("select id from cairn.dead_letters")
            #expect(
                try await scene.call("resolve_dead_letter(\(letter), 'shred', 'ada', 'x')") == "CN400 invalid_action")
            try await scene.call("resolve_dead_letter(\(letter), '\(action)', 'ada', 'looked at')")
            #expect(try await letters(scene, id) == ["permanent_error \(status)"])
            #expect(try await scene.states(id) == states)
        }
    }

    @Test("may be opened by hand, and is cancelled with its task")
    func manual() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            let letter = try await scene.call("open_dead_letter(\(id), 'ada', 'looks odd')")
            #expect(try await scene.call("open_dead_letter(\(id), 'ada', 'looks odd')") == letter, "one a task")
            #expect(
                try await scene.call("resolve_dead_letter(\(letter), 'give_up', 'ada', 'x')")
                    == "CN409 illegal_transition",
                "it runs: nothing of it has failed")
            #expect(try await letters(scene, id) == ["manual pending"])
            try await scene.call("cancel_task(\(id), 'ada', 'indeed')")
            #expect(try await letters(scene, id) == ["manual cancelled"])
            #expect(try await scene.call("open_dead_letter(99, 'ada', 'x')") == "CN404 task_not_found")
        }
    }
}
