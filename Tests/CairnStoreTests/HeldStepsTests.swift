import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("What a worker holds") struct HeldStepsTests {
    private func held(_ scene: Scene) async throws -> [String] {
        try await scene.database.store.heldSteps(workerID: scene.worker)
            .map { "\($0.taskID).\($0.stepNo)" }.sorted()
    }

    private func claims(_ scene: Scene) async throws -> Int64 {
        try await scene.value("select count(*) from cairn.step_claims")
    }

    @Test("is what it has claimed and what it went on with, until that is settled")
    func claimedAndContinued() async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b < a", "c < b", "d < b"])
            let id = try await scene.database.submit("t")
            var running = try await scene.claim()
            // One dependant, then two: the first goes the way of a single step.
            for expected in [["\(id).1"], ["\(id).2"], ["\(id).3", "\(id).4"]] {
                #expect(try await held(scene) == expected)
                if running.count > 1 { break }
                running = try await scene.goOn(running, want: 10)
            }
            try await scene.settle(running)
            #expect(try await held(scene) == [])
        }
    }

    @Test("is told once, also of a step that was released and claimed again")
    func once() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            try await scene.settle(try await scene.claim(), .released)
            _ = try await scene.claim()
            #expect(try await claims(scene) == 2)
            #expect(try await held(scene) == ["\(id).1"])
        }
    }

    @Test("is forgotten with a heartbeat once nothing of a claim is held, and not before")
    func forgotten() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            for _ in 0..<3 { _ = try await scene.database.submit("t") }
            let first = try await scene.claim(2)
            let second = try await scene.claim(1)
            try await scene.settle([first[0], second[0]])
            _ = try await scene.database.store.heartbeat(workerID: scene.worker)
            #expect(try await claims(scene) == 1)
            #expect(try await held(scene) == ["\(first[1].taskID).1"])
            try await scene.settle([first[1]])
            _ = try await scene.database.store.heartbeat(workerID: scene.worker)
            #expect(try await claims(scene) == 0)
        }
    }

    @Test("goes to others when it has ended, and its claims are forgotten by the sweep")
    func ended() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            _ = try await scene.claim()
            try await scene.database.store.deregisterWorker(scene.worker)
            #expect(try await scene.database.store.sweepNeeds(inspects: false).parts == [.expiredAttempts])
            #expect(try await scene.pass(1).expiredAttempts == 1)
            #expect(try await scene.states(id) == "steps_in_process: a enqueued")
            #expect(try await claims(scene) == 0)
            #expect(try await scene.database.store.sweepNeeds(inspects: false).parts == [])
        }
    }

    @Test("is found by its claims alone; a step that a hand put there without one is put right when it is overdue")
    func withoutClaim() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            _ = try await scene.claim()
            try await scene.database.pool.execute("delete from cairn.step_claims")
            #expect(try await scene.pass(80).repairedTasks == 0)
            #expect(try await scene.pass(40).repairedTasks == 1)
            #expect(try await scene.states(id) == "steps_in_process: a enqueued")
            _ = try await scene.claim()
            #expect(try await held(scene) == ["\(id).1"])
        }
    }

    @Test("is written down without an entry in any index when a step goes on and ends")
    func hot() async throws {
        try await Scene.with { scene in
            try await scene.register((1...10).map { $0 == 1 ? "s1" : "s\($0) < s\($0 - 1)" })
            _ = try await scene.database.submit("t")
            var step = try await scene.claim()[0]
            func updates() async throws -> (Int64, Int64) {
                try await scene.database.pool.execute("select pg_stat_force_next_flush()")
                return try await scene.database.pool.query(
                    """
                    select sum(n_tup_upd)::bigint, sum(n_tup_upd - n_tup_hot_upd)::bigint from pg_stat_user_tables
                    where relname in ('step_core', 'task_core')
                    """, as: (Int64, Int64).self)[0]
            }
            let before = try await updates()
            for _ in 2...9 {
                step = try #require(try await scene.goOn([step], want: 1).first)
            }
            let after = try await updates()
            // Of each step that ends, of the next that starts, and of the task; so few that all of them fit on a page.
            #expect(after.0 - before.0 == 8 * 3)
            #expect(after.1 == before.1)
        }
    }
}
