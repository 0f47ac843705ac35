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
