import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

/// Which worker the views of a task name.
@Suite struct WorkerOfStepTests {
    /// The state and the worker of the step, as the task's view and the step's own have them.
    private func said(_ scene: Scene, _ task: Int64) async throws -> String {
        try await scene.text(
            """
            select concat_ws(' ', t #>> '{steps,0,state}', t #>> '{steps,0,worker}', s ->> 'worker')
            from (select cairn.task_json(\(task))::jsonb t, cairn.step_json(\(task), 'a')::jsonb s) x
            """)
    }

    @Test("a step that waits for a worker names none; one that runs or has run names it")
    func worker() async throws {
        try await Scene.with { scene in
            try await scene.register(["a"])
            let id = try await scene.database.submit("t")
            #expect(try await said(scene, id) == "enqueued")
            try await scene.settle(try await scene.claim(), .retryable)
            #expect(try await said(scene, id) == "waiting_for_retry")
            _ = try await scene.pass(20)
            #expect(try await said(scene, id) == "enqueued")
            let again = try await scene.claim()
            #expect(try await said(scene, id) == "in_progress \(scene.worker) \(scene.worker)")
            try await scene.settle(again)
            #expect(try await said(scene, id) == "complete \(scene.worker) \(scene.worker)")
        }
    }
}
