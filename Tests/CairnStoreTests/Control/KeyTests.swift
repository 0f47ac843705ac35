import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("A repair of a task with a key") struct KeyTests {
    @Test("is refused while the task's key is with a newer task that lives, and takes it back when that has ended")
    func keyPassedOn() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"])
            let options = #"{"dedup_key":"k","dedup_window":"live","on_duplicate":"return"}"#
            let old = try await scene.database.submit("t", options: options)
            try await scene.work(["a": .permanent])
            let new = try await scene.database.submit("t", options: options)
            #expect(new != old)
            for call in [
                "retry_task(\(old)", "reset_step(\(old), 'a'", "rerun_step(\(old), 'a'", "resolve_step(\(old), 'a'",
                "complete_step(\(old), 'a', '1'", "resolve_dead_letter(1, 'retry'",
            ] {
                let error = await #expect(throws: PostgresError.self, "\(call)") {
                    try await scene.database.pool.execute(
                        PostgresQuery(unescaped: "select cairn.\(call), by => 'ada', reason => 'why')"))
                }
                #expect(error?.hint == "duplicate_task" && error?.sqlState == "CN409")
                #expect(error?.message.contains("task \(new)") == true, "\(error?.message ?? "")")
                #expect(error?.detail?.contains(#""existing_task_id": \#(new)"#) == true)
            }
            #expect(try await scene.states(old) == "error: a error, b pending")
            try await scene.work(["a": .permanent])
            #expect(try await scene.call("retry_task(\(old), 'ada', 'mended')") == "1")
            #expect(try await scene.database.submit("t", options: options) == old)
            #expect(try await scene.call("retry_task(\(new), 'ada', 'mended')") == "CN409 duplicate_task")
        }
    }

    @Test("takes its key back though the newer task has left, and no other key of the same name")
    func keyOfItsOwn() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let options = #"{"dedup_key":"k","dedup_window":"live","on_duplicate":"return"}"#
            let old = try await scene.database.submit("t", options: options)
            try await scene.work(["a": .permanent])
            let new = try await scene.database.submit("t", options: options)
            // The same word as another kind of key, of a task that lives.
            let other = try await scene.database.submit("t", options: #"{"idempotency_key":"k"}"#)
            try await scene.call("cancel_task(\(new), 'ada', 'why')")
            #expect(try await scene.call("retry_task(\(old), 'ada', 'mended')") == "1")
            #expect(try await scene.database.submit("t", options: options) == old)
            let again = #"{"idempotency_key":"k","on_duplicate":"return"}"#
            #expect(try await scene.database.submit("t", options: again) == other)

            // Now the newer one leaves, as by retention, and the older is repaired afterwards.
            try await scene.call("cancel_task(\(other), 'ada', 'why')")
            try await scene.work(["a": .permanent])
            let third = try await scene.database.submit("t", options: options)
            try await scene.call("cancel_task(\(third), 'ada', 'why')")
            try await scene.database.pool.execute("delete from cairn.step_core where task_id = \(third)")
            try await scene.database.pool.execute("delete from cairn.task_details where task_id = \(third)")
            try await scene.database.pool.execute("delete from cairn.task_core where id = \(third)")
            #expect(try await scene.call("retry_task(\(old), 'ada', 'mended')") == "1")
            #expect(try await scene.database.submit("t", options: options) == old)
        }
    }

    @Test("that is not committed keeps its task's key from a submit, which then finds the task alive")
    func keyInBetween() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            let options = #"{"dedup_key":"k","dedup_window":"live","on_duplicate":"return"}"#
            let old = try await scene.database.submit("t", options: options)
            try await scene.work(["a": .permanent])
            let again = try await scene.race("select cairn.retry_task(\(old), 'ada', 'mended')") {
                try await scene.database.submit("t", options: options)
            }
            #expect(again == old)
        }
    }

    @Test("is one of many that meet a submit of their keys: one goes after the other, whatever the order of the tasks")
    func manyKeys() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            func options(_ key: String) -> String { #"{"dedup_key":"\#(key)","dedup_window":"live"}"# }
            // The order of the tasks is not that of their keys.
            for key in ["z", "y"] { _ = try await scene.database.submit("t", options: options(key)) }
            try await scene.work(["a": .permanent])
            let call = """
                select count(task_id) from cairn.submit_tasks('{1,2}', '{test,test}', '{t,t}', '{"{}","{}"}',
                  array['\(options("y"))', '\(options("z"))']::jsonb[])
                """
            let (submitting, retrying) = try await scene.database.pool.withTransaction { held in
                try await held.execute("select from cairn.task_details where task_id = 2 for no key update")
                let submitting = Task { try await scene.value(PostgresQuery(unescaped: call)) }
                try await scene.database.somebodyWaits()
                let retrying = Task {
                    try await scene.call(#"bulk_action('retry', '{"state": "error"}', 'ada', 'mended')"#)
                }
                try await scene.database.somebodyWaits(2)
                return (submitting, retrying)
            }
            #expect(try await submitting.value == 2)
            let report = try await retrying.value
            #expect(report.contains(#""done": 0"#) && report.contains("duplicate_task"), "\(report)")
        }
    }

    @Test("that meets a submit which takes the key of its task is refused")
    func keyTaken() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a"])
            let options = #"{"dedup_key":"k","dedup_window":"live"}"#
            let old = try await scene.database.submit("t", options: options)
            try await scene.work(["a": .permanent])
            let answer = try await scene.race("select cairn.submit_task('test', 't', options => '\(options)')") {
                try await scene.call("retry_task(\(old), 'ada', 'mended')")
            }
            #expect(answer == "CN409 duplicate_task")
            #expect(try await scene.states(old) == "error: a error")
        }
    }
}
