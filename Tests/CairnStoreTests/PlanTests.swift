import CairnStore
import Postgres
import TestSupport
import Testing

/// Plans are made when tables have some thousand rows, which a planner would rather read whole than look one up in, and are
/// kept while they grow.
@Suite("Whoever acts on a task, with thousands of others around,") struct PlanTests {
    /// What is done to a task of two steps, in turn. `%` is the task.
    static let acts: [(name: String, outcome: SettleOutcome?, call: String)] = [
        ("settles a success", .succeeded, ""),
        ("settles a failure that is tried again", .retryable, ""),
        ("settles a failure that is final", .permanent, ""),
        ("retries", .permanent, "retry_task(%, 'me', 'why')"),
        ("cancels", nil, "cancel_task(%, 'me', 'why')"),
        ("resets", .permanent, "reset_step(%, 'a', 'me', 'why')"),
        ("resolves a step", .permanent, "resolve_step(%, 'a', 'me', 'why')"),
        ("completes a step", .permanent, "complete_step(%, 'a', '1', 'me', 'why')"),
        ("runs a step again", .succeeded, "rerun_step(%, 'a', 'me', 'why', downstream => true)"),
        ("resolves a task", .permanent, "resolve_task(%, 'me', 'why')"),
        ("changes a priority", nil, "set_task_priority(%, 3, 'me', 'why')"),
        ("looks for what is due", .retryable, "enqueue_due_retries()"),
        ("looks for what does not fit", .succeeded, "broken_tasks(array[%::bigint])"),
        ("explains", nil, "explain_task(%)"),
    ]

    /// How many rows of these tables were read, all in all.
    private static func read(_ tables: [String], _ scene: Scene) async throws -> Int64 {
        try await scene.database.pool.execute("select pg_stat_force_next_flush()")
        return try await scene.value(
            """
            select sum(coalesce(idx_tup_fetch, 0) + seq_tup_read)::bigint from pg_stat_user_tables
            where relname = any (\(tables))
            """)
    }

    @Test("reads the steps of its template, and not those of a larger one")
    func template() async throws {
        try await Scene.with { scene in
            try await scene.register((0..<3000).map { "s\($0)" }, name: "large")
            try await scene.register(["a"], name: "one")
            // As on a new installation, and as it is later.
            for statistics in ["", "analyze"] {
                if !statistics.isEmpty { try await scene.database.pool.execute("analyze") }
                let before = try await Self.read(["template_steps"], scene)
                _ = try await scene.database.submit("one")
                try await scene.settle(try await scene.claim(1))
                let rows = try await Self.read(["template_steps"], scene) - before
                #expect((1..<20).contains(rows), "\(rows) rows \(statistics)")
            }
        }
    }

    @Test("reads each step a few times to retry many")
    func many() async throws {
        try await Scene.with { scene in
            try await scene.register((0..<1000).map { "s\($0)" }, name: "wide", extra: #","on_failure":"block""#)
            let id = try await scene.database.submit("wide")
            try await scene.settle(try await scene.claim(1000), .permanent)
            try await scene.database.pool.execute("analyze")
            let before = try await Self.read(["step_core", "template_steps"], scene)
            #expect(try await scene.call("retry_task(\(id), 'me', 'why')") == "1000")
            let rows = try await Self.read(["step_core", "template_steps"], scene) - before
            #expect((1000..<40_000).contains(rows), "\(rows) rows")
        }
    }

    @Test("reads its rows and no others", arguments: ["", #","fail_fast":true"#])
    func own(extra: String) async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a"], name: "pair")
            try await scene.register(["a", "b < a"], ["a": #""on_failure":"continue""#], name: "tolerant")
            _ = try await scene.texts(
                """
                select cairn.submit_task('test', 'pair', '{}', jsonb_build_object('idempotency_key', n::text))::text
                from generate_series(1, 3000) n
                """)
            try await scene.register(["a", "b < a"], name: "one", extra: extra)
            try await scene.database.pool.execute("analyze")
            func read() async throws -> Int64 {
                try await Self.read(["task_core", "step_core", "task_details", "step_attempts"], scene)
            }
            for template in ["one", "tolerant"] {
                for (name, outcome, call) in Self.acts {
                    let atSubmit = try await read()
                    let id = try await scene.database.submit(
                        template, options: #"{"priority": 9, "idempotency_key": "\#(template) that \#(name)"}"#)
                    let atClaim = try await read()
                    #expect(atClaim - atSubmit < 50, "\(atClaim - atSubmit) rows for the submit of one that \(name)")
                    let claimed = try await scene.claim(1)
                    #expect(claimed.map(\.taskID) == [id])
                    let before = try await read()
                    if let outcome { try await scene.settle(claimed, outcome) }
                    do {
                        if !call.isEmpty {
                            _ = try await scene.texts(
                                PostgresQuery(
                                    unescaped: "select x::text from cairn.\(call.replacing("%", with: "\(id)")) x"))
                        }
                    } catch let error as PostgresError where error.sqlState == "CN409" {
                        // Some of it cannot be done in every case; a refusal is not to read more either.
                    }
                    let rows = try await read() - before
                    #expect((1...150).contains(rows), "\(rows) rows for one that \(name), of \(template)")
                    try await scene.call("cancel_task(\(id), 'me', 'why')")
                    try await scene.call("resolve_task(\(id), 'me', 'why')")
                }
            }
        }
    }
}
