import CairnStore
import Postgres
import TestSupport
import Testing

@Suite("A repair") struct RepairTests {
    @Test("starts the step it is of at once: its delay is over; what comes after it waits as ever")
    func delay() async throws {
        try await Scene.with { scene in
            try await scene.register(
                ["a", "b < a"], ["a": #""delay":"1h""#, "b": #""delay":"2h""#])
            let ids = [try await scene.database.submit("t"), try await scene.database.submit("t")]
            try await scene.pass(3601)
            try await scene.settle(try await scene.claim(), .permanent)
            try await scene.call("reset_step(\(ids[0]), 'a', 'ada', 'mended')")
            try await scene.call("retry_task(\(ids[1]), 'ada', 'mended')")
            for id in ids { #expect(try await scene.states(id) == "steps_in_process: a enqueued, b pending") }
            try await scene.work()
            #expect(try await scene.states(ids[0]) == "waiting_for_dependencies: a complete, b pending")
            try await scene.pass(7201)
            let claimed = try await scene.claim()
            try await scene.settle(claimed, .permanent)
            try await scene.call("rerun_step(\(ids[0]), 'a', 'ada', 'again', true)")
            #expect(try await scene.states(ids[0]) == "steps_in_process: a enqueued, b pending")
            try await scene.work()
            #expect(try await scene.states(ids[0]) == "waiting_for_dependencies: a complete, b pending")
            #expect(try await scene.miscounted() == [])
        }
    }

    @Test("that goes downstream passes by what was resolved by hand, and leaves what is behind that as it is")
    func resolvedBehind() async throws {
        try await Scene.with { scene in
            // c builds on nothing but b, which somebody dealt with; d builds on a as well.
            try await scene.register(
                ["a", "b < a", "c < b", "d < a b", "e"], ["b": #""on_failure":"block""#, "e": #""on_failure":"block""#])
            let id = try await scene.database.submit("t")
            try await scene.work(["b": .permanent, "e": .permanent])
            try await scene.call("resolve_step(\(id), 'b', 'ada', 'done by hand')")
            try await scene.work(["e": .permanent])
            #expect(
                try await scene.states(id)
                    == "blocked_by_failures: a complete, b resolved_manually, c complete, d complete, e error")
            #expect(try await scene.call("rerun_step(\(id), 'a', 'ada', 'wrong input', true)") == "")
            #expect(
                try await scene.states(id)
                    == "steps_in_process: a enqueued, b resolved_manually, c complete, d pending, e error")
            try await scene.work()
            let runs = try await scene.texts(
                """
                select s.name || ' ' || s.attempt from cairn.steps s where s.task_id = \(id) order by s.step_no
                """)
            #expect(runs == ["a 2", "b 2", "c 1", "d 2", "e 1"])
            #expect(try await scene.miscounted() == [])
        }
    }
}
