import CairnStore
import Postgres
import TestSupport
import Testing

/// Steps whose worker has the outcome and cannot report it, for somebody has their task locked.
@Suite struct ReportingTests {
    /// A task of two steps with a timeout of 10 s, both claimed; its worker says that it has the outcome of the first.
    private func withReport(_ body: (Scene, Int64, [ClaimedStep]) async throws -> Void) async throws {
        try await Scene.with { scene in
            try await scene.register(["a", "b"], ["a": #""timeout":"10s""#, "b": #""timeout":"10s""#])
            let id = try await scene.database.submit("t")
            let claimed = try await scene.claim()
            try await report(scene, [claimed[0]])
            try await body(scene, id, claimed)
        }
    }

    private func report(_ scene: Scene, _ steps: [ClaimedStep]) async throws {
        _ = try await scene.database.store.heartbeat(
            workerID: scene.worker,
            reporting: steps.map { AttemptKey(taskID: $0.taskID, stepNo: $0.stepNo, attempt: $0.attempt) })
    }

    @Test func `the sweep leaves such a step to its worker, whose result counts, and takes the others`() async throws {
        try await withReport { (scene, id, claimed) async throws in
            #expect(try await scene.pass(600).expiredAttempts == 1)
            #expect(try await scene.states(id) == "steps_in_process: a in_progress, b waiting_for_retry")
            #expect(try await scene.settle([claimed[0]]).isEmpty)
            #expect(try await scene.states(id) == "waiting_for_retry: a complete, b waiting_for_retry")
        }
    }

    @Test func `it is left to a worker that drains, too, and no longer to one that has left`() async throws {
        try await withReport { (scene, _, _) async throws in
            try await scene.call("drain_worker(\(scene.worker), 'ada', 'deploy')")
            #expect(try await scene.pass(600).expiredAttempts == 1)
            try await scene.call("deregister_worker(\(scene.worker))")
            #expect(try await scene.pass(1).expiredAttempts == 1)
        }
    }

    @Test func `a worker that says it for ever holds the step for an hour, and is refused then`() async throws {
        try await withReport { (scene, _, claimed) async throws in
            #expect(try await scene.pass(3600).expiredAttempts == 1)
            try await report(scene, [claimed[0]])
            #expect(try await scene.pass(11).expiredAttempts == 1)
            #expect(try await scene.settle([claimed[0]]).count == 1)
        }
    }

    @Test func `a worker that says it no longer has the step taken from it`() async throws {
        try await withReport { (scene, _, _) async throws in
            try await report(scene, [])
            #expect(try await scene.pass(600).expiredAttempts == 2)
        }
    }

    @Test func `of more than a thousand steps the first are kept in mind`() async throws {
        try await withReport { (scene, _, _) async throws in
            _ = try await scene.database.store.heartbeat(
                workerID: scene.worker,
                reporting: (0..<1500).map { AttemptKey(taskID: 7, stepNo: $0, attempt: 1) })
            #expect(try await scene.value("select cardinality(reporting)::bigint from cairn.workers") == 1000)
        }
    }
}
