import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("What is said to Cairn's functions") struct SpeechTests {
    /// Every function that takes who and why, about what is not there.
    private static let actions = [
        "cancel_task(999", "retry_task(999", "resolve_task(999", "set_task_priority(999, 5", "reset_step(999, 'a'",
        "rerun_step(999, 'a'", "resolve_step(999, 'a'", "complete_step(999, 'a', '1'", "bulk_action('explode', '{}'",
        "open_dead_letter(999", "investigate_dead_letter(999", "resolve_dead_letter(999, 'explode'",
        "replay_hook(999", "pause_namespace('nowhere'", "resume_namespace('nowhere'", "drain_worker(999",
        "set_retention('1 s', '1 s'", "grant_namespace('nobody', 'test'", "revoke_namespace('nobody', 'test'",
        "set_hash_chain(true",
    ]

    @Test("says who and why before anything else is looked at", arguments: actions)
    func whoAndWhyFirst(call: String) async throws {
        try await Scene.with { scene in
            let nobody = try await scene.call("\(call), by => null, reason => 'why')")
            let forNothing = try await scene.call("\(call), by => 'ada', reason => null)")
            #expect([nobody, forNothing] == ["CN400 invalid_actor", "CN400 invalid_reason"])
        }
    }

    @Test("is not made of blanks alone, however they are written")
    func blanks() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            for blank in [
                "\t", "\n", " \r\n\t ", "\u{B}\u{C}", "\u{A0}", "\u{85}", "\u{AD}", "\u{1680}", "\u{180E}", "\u{2003}",
                "\u{200B}", "\u{200D}\u{200C}", "\u{2028}", "\u{202F}", "\u{2060}", "\u{2800}", "\u{3000}", "\u{3164}",
                "\u{FE0F}", "\u{FEFF}", "\u{1}\u{7F}", "\u{E0020}",
            ] {
                let scalars = blank.unicodeScalars.map(\.value)
                #expect(
                    try await scene.call("cancel_task(\(id), '\(blank)', 'why')") == "CN400 invalid_actor", "\(scalars)"
                )
                #expect(
                    try await scene.call("cancel_task(\(id), 'ada', '\(blank)')") == "CN400 invalid_reason",
                    "\(scalars)")
            }
            #expect(try await scene.call("cancel_task(\(id), ' 李 ', '\u{200F}א')") == "cancelled")
        }
    }

    @Test("is not echoed whole when it is refused, however long it is")
    func longNames() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.call("open_dead_letter(\(id), 'ada', 'why')")
            for call in [
                "submit_task(#, 't')", "submit_task('test', #)",
                "submit_task('test', 't', '{}', jsonb_build_object(#, 1))",
                "reset_step(\(id), #, 'ada', 'why')", "pause_namespace(#, 'ada', 'why')",
                "bulk_action(#, '{\"state\": \"error\"}', 'ada', 'why')",
                "bulk_action('cancel', jsonb_build_object(#, 'x'), 'ada', 'why')",
                "bulk_action('cancel', jsonb_build_object(#, 5), 'ada', 'why')",
                "bulk_action('cancel', jsonb_build_object('state', #), 'ada', 'why')",
                "bulk_action('cancel', jsonb_build_object('created_after', #), 'ada', 'why')",
                "bulk_action('cancel', '{\"state\": \"error\"}', 'ada', 'why', jsonb_build_object(#, 1))",
                "resolve_dead_letter(1, #, 'ada', 'why')", "step_json(\(id), #)",
            ] {
                let error = await #expect(throws: PostgresError.self, "\(call)") {
                    try await scene.database.pool.execute(
                        PostgresQuery(
                            unescaped: "select cairn." + call.replacing("#", with: "repeat('x', 1000000)")))
                }
                let said = "\(error?.message ?? "") \(error?.detail ?? "")"
                #expect(error?.sqlState?.hasPrefix("CN4") == true, "\(call)")
                #expect(said.count < 600, "\(call): \(said.count)")
            }
        }
    }

    @Test("is answered with the namespaces there are when there is no such")
    func unknownNamespace() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            for call in ["pause_namespace('tset', 'ada', 'x')", "submit_task('tset', 't')"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await scene.database.pool.execute(PostgresQuery(unescaped: "select cairn.\(call)"))
                }
                #expect(error?.message.contains("tset") == true)
                #expect(error?.message.hasSuffix("those there are: test") == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test("names the row when a state is changed by hand")
    func refusedMove() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            for (sql, words) in [
                ("update cairn.step_core set state = 'complete'", "step 1 of task \(id): an update"),
                ("update cairn.task_core set state = 'complete'", "task \(id): an update"),
                ("update cairn.step_core set prev_state = state, state = 'complete'", "step 1 of task \(id): illegal"),
            ] {
                let error = await #expect(throws: PostgresError.self) {
                    try await scene.database.pool.execute(PostgresQuery(unescaped: sql))
                }
                #expect(error?.message.hasPrefix(words) == true, "\(error?.message ?? "")")
            }
        }
    }
}
