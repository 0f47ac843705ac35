import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("The outbox of hooks") struct HookOutboxTests {
    static let callback = #"{"callback_url":"https://hooks.example.com/x"}"#

    private func deliver(_ scene: Scene, _ status: Int) async throws -> String {
        try await scene.text(
            PostgresQuery(
                unescaped: "select cairn.settle_hook(h.id, h.attempt, \(status)) from cairn.claim_hooks() h"))
    }

    @Test("begins anew with a replay: a day of tries, the first of them soon; that it was delivered once stays known")
    func replay() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            _ = try await scene.database.submit("t", options: Self.callback)
            try await scene.work()
            for _ in 0..<8 {
                #expect(try await deliver(scene, 500) == "pending")
                try await scene.pass(9000)
            }
            #expect(try await deliver(scene, 200) == "delivered")
            try await scene.call("replay_hook(1, 'ada', 'they lost it')")
            #expect(try await deliver(scene, 500) == "pending")
            let wait = try await scene.value(
                "select extract(epoch from next_at - cairn.clock())::bigint from cairn.hooks")
            #expect(wait < 60)
            for _ in 0..<8 {
                try await scene.pass(9000)
                #expect(try await deliver(scene, 500) == "pending")
            }
            try await scene.pass(90000)
            #expect(try await deliver(scene, 500) == "dead")
            #expect(try await scene.text("select (delivered_at is not null)::text from cairn.hooks") == "true")
        }
    }

    @Test("does not take the answer to a delivery before the replay for one after it")
    func fence() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            _ = try await scene.database.submit("t", options: Self.callback)
            try await scene.work()
            let slow = try await scene.value("select attempt::bigint from cairn.claim_hooks()")
            try await scene.call("replay_hook(1, 'ada', 'now')")
            _ = try await scene.value("select attempt::bigint from cairn.claim_hooks()")
            #expect(try await scene.call("settle_hook(1, \(slow), 404)") == "")
            #expect(try await scene.text("select state::text from cairn.hooks") == "pending")
        }
    }

    @Test(
        "is replayed though a delivery is under way: the answer to that one says nothing of the replay",
        arguments: [200, 404, 500])
    func replayUnderWay(status: Int) async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            _ = try await scene.database.submit("t", options: Self.callback)
            try await scene.work()
            let slow = try await scene.value("select attempt::bigint from cairn.claim_hooks()")
            try await scene.call("replay_hook(1, 'ada', 'they lost it')")
            #expect(try await scene.call("settle_hook(1, \(slow), \(status))") == "")
            #expect(try await deliver(scene, 200) == "delivered")
            #expect(try await scene.value("select attempts::bigint from cairn.hooks") == 2)
        }
    }

    @Test("costs the end of a task the same, however many hooks were delivered since the oldest snapshot")
    func cost() async throws {
        // One connection holds the snapshot, the other does everything else.
        try await TestDatabase.with(connections: 2) { database in
            let scene = Scene(database: database, worker: try await database.worker())
            try await scene.register(["a"])
            try await database.pool.execute(
                """
                insert into cairn.hooks (task_id, url, task_state, ended_at, next_at)
                select 0, 'https://hooks.example.com/x', 'complete', now(), now() - interval '1 hour'
                from generate_series(1, 3000)
                """)
            try await database.pool.withTransaction(isolation: .repeatableRead) { old in
                _ = try await old.query("select count(*) from cairn.hooks", as: Int64.self)
                try await database.pool.execute("update cairn.hooks set state = 'delivered', next_at = null")
                try await database.pool.execute("select pg_stat_force_next_flush()")
                func read() async throws -> Int64 {
                    try await scene.value(
                        "select idx_tup_read from pg_stat_user_indexes where indexrelname = 'hooks_due'")
                }
                let before = try await read()
                _ = try await database.submit("t", options: Self.callback)
                try await scene.work()
                try await database.pool.execute("select pg_stat_force_next_flush()")
                #expect(try await scene.value("select count(*) from cairn.hooks where state = 'pending'") == 1)
                let entries = try await read() - before
                #expect(entries < 100, "\(entries) entries of hooks_due")
            }
        }
    }

    @Test("tells the failure that decided, though another that is tolerated came after it")
    func decisiveError() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b"], ["b": #""on_failure":"continue""#])
            _ = try await scene.database.submit("t", options: Self.callback)
            let claimed = try await scene.claim()
            try await scene.settle([claimed[0]], .permanent)
            try await scene.pass(5)
            try await scene.settle([claimed[1]], .permanent)
            let step = try await scene.text("select payload -> 'data' -> 'error' ->> 'step' from cairn.claim_hooks()")
            #expect(step == "a")
        }
    }
}
