import CairnWorker
import Postgres
import TestSupport
import Testing

/// What the final failure of a step does to its task, as docs/template-reference.md says.
@Suite struct FailureActionTests {
    /// `bad` fails at its first attempt. `after` and `last` depend on it, `beside` and `further` do not.
    private static func template(_ onFailure: String, more: String = "", delay: String = "200ms") -> String {
        #"""
        {"namespace":"test","name":"one","version":"1.0.0","defaults":{"retry":{"max_attempts":1}}\#(more),"steps":[
         {"name":"bad","handler":"cairn.fail","config":{"kind":"permanent"},"on_failure":"\#(onFailure)"},
         {"name":"after","handler":"cairn.echo","depends_on":["bad"]},
         {"name":"last","handler":"cairn.echo","depends_on":["after"]},
         {"name":"beside","handler":"cairn.echo","delay":"\#(delay)"},
         {"name":"further","handler":"cairn.echo","depends_on":["beside"]}]}
        """#
    }

    private func rest(_ worker: WorkerHarness, _ task: Int64) async throws -> String {
        try await eventually {
            try await worker.database.value(
                """
                select state::text from cairn.tasks where id = \(task)
                  and state in ('complete', 'error', 'blocked_by_failures', 'cancelled')
                """, as: String.self)
        }
    }

    private func states(_ worker: WorkerHarness, _ task: Int64) async throws -> String? {
        try await worker.database.value(
            "select string_agg(name || ' ' || state, ', ' order by name) from cairn.steps where task_id = \(task)",
            as: String.self)
    }

    static let actions: [(String, String, String)] = [
        ("error", "error", "after pending, bad error, beside complete, further complete, last pending"),
        ("block", "blocked_by_failures", "after pending, bad error, beside complete, further complete, last pending"),
        ("continue", "complete", "after complete, bad error, beside complete, further complete, last complete"),
        ("skip_dependents", "complete", "after skipped, bad error, beside complete, further complete, last skipped"),
    ]

    @Test(arguments: actions) func `a failure does what on_failure says, and what is beside it runs on`(
        _ onFailure: String, _ task: String, _ steps: String
    ) async throws {
        try await WorkerHarness.with { worker in
            try await worker.database.register(Self.template(onFailure))
            let id = try await worker.database.submit("one")
            #expect(try await rest(worker, id) == task)
            #expect(try await states(worker, id) == steps)
        }
    }

    @Test func `a task that is held goes on by itself when its step is given new attempts`() async throws {
        try await WorkerHarness.with { worker in
            let template = Self.template("block").replacing(#""permanent""#, with: #""retryable""#)
            try await worker.database.register(template)
            let id = try await worker.database.submit("one")
            #expect(try await rest(worker, id) == "blocked_by_failures")
            try await worker.database.pool.execute("select cairn.retry_task(\(id), 'ada', 'fixed')")
            #expect(try await worker.end(of: id) == "complete")
        }
    }

    @Test func `a task that is held for as long as its template allows ends in error`() async throws {
        try await WorkerHarness.with { worker in
            try await worker.database.register(Self.template("block", more: #","give_up_after":"1ms""#))
            let id = try await worker.database.submit("one")
            #expect(try await worker.end(of: id) == "error")
            let path = try await worker.database.pool.query(
                "select to_state::text from cairn.task_history where task_id = \(id) order by id desc limit 2",
                as: String.self)
            #expect(path == ["error", "blocked_by_failures"])
        }
    }

    @Test func `a failure that ends its task at once leaves nothing waiting`() async throws {
        try await WorkerHarness.with { worker in
            try await worker.database.register(Self.template("error", more: #","fail_fast":true"#, delay: "1h"))
            let id = try await worker.database.submit("one")
            #expect(try await worker.end(of: id) == "error")
            #expect(
                try await states(worker, id)
                    == "after cancelled, bad error, beside cancelled, further cancelled, last cancelled")
        }
    }

    @Test func `a delayed step waits once its dependencies are met`() async throws {
        try await WorkerHarness.with { worker in
            try await worker.database.register(
                #"""
                {"namespace":"test","name":"late","version":"1.0.0","steps":[
                 {"name":"a","handler":"cairn.echo","delay":"200ms"},
                 {"name":"b","handler":"cairn.echo","depends_on":["a"],"delay":"300ms"}]}
                """#)
            let id = try await worker.database.submit("late")
            #expect(try await worker.end(of: id) == "complete")
            let waits = try await worker.database.pool.query(
                """
                select extract(epoch from a.enqueued_at - coalesce(lag(a.finished_at) over w, t.created_at))::float8
                from cairn.step_attempts a join cairn.tasks t on t.id = a.task_id
                where a.task_id = \(id) window w as (order by a.step_no)
                """, as: Double.self)
            #expect(waits.count == 2 && waits[0] >= 0.2 && waits[1] >= 0.3, "\(waits)")
        }
    }
}
