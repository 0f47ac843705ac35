import Postgres
import TestSupport
import Testing

@Suite struct TemplateFailureTests {
    @Test("what a template says about failures, staleness and delays is registered with it")
    func isRegistered() async throws {
        try await TestDatabase.with { database in
            try await database.register(
                #"""
                {"namespace":"test","name":"careful","version":"1.0.0","on_failure":"block","give_up_after":"2h",
                 "fail_fast":true,
                 "stale":{"steps_in_process":{"after":"1h","action":"dead_letter"},
                   "waiting_for_retry":{"after":"2d","action":"none"}},
                 "steps":[{"name":"a","handler":"cairn.echo"},
                   {"name":"b","handler":"cairn.echo","on_failure":"continue","delay":"90s"},
                   {"name":"c","handler":"cairn.echo","depends_on":["a"],"on_failure":"error"},
                   {"name":"d","handler":"cairn.echo","depends_on":["a","b"],"input":"$.errors.b.code"}]}
                """#)
            let template = try await database.value(
                """
                select give_up_after_ms || ' ' || fail_fast || ' ' || stale::text || ' ' || delayed_root_count
                from cairn.templates
                """, as: String.self)
            #expect(
                template == #"7200000 true {"steps_in_process": {"action": "dead_letter", "after_ms": 3600000}} 1"#)
            let steps = try await database.pool.query(
                """
                select name || ' ' || on_failure || ' ' || coalesce(delay_ms::text, '-') || ' ' || results_names::text
                from cairn.template_steps order by step_no
                """, as: String.self)
            #expect(steps == ["a block - {}", "b continue 90000 {}", "c error - {a}", "d block - {b}"])
        }
    }
}
