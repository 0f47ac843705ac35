import CairnModel
import CairnStore
import CairnWorker
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct StepContextTests {
    @Test("a handler is told what its step is, what came before it, and what was sent along with the task")
    func context() async throws {
        let seen = Mutex<[StepContext]>([])
        let handler = ClosureHandler { input, context in
            seen.withLock { $0.append(context) }
            if context.stepName == "b", !context.isLastAttempt { throw StepFailure.retryable("again") }
            return Array(#"{"from": "\#(context.stepName)"}"#.utf8)
        }
        try await WorkerHarness.with(handlers: [handler]) { worker in
            try await worker.database.register(
                echoTemplate(
                    "pair", [("a", []), ("b", ["a"])],
                    stepExtra: #","timeout":"40s","config":{"k":[1]},"retry":{"max_attempts":2,"backoff":"none"}"#,
                    handler: "test.run"))
            let before = ContinuousClock.now
            let id = try await worker.database.value(
                """
                select cairn.submit_task('test', 'pair', '{"n": 1}',
                  '{"correlation_id": "order-7", "headers": {"trace": "t1"}}')
                """, as: Int64.self)!
            #expect(try await worker.end(of: id) == "complete")

            let contexts = seen.withLock { $0 }
            #expect(
                contexts.map { "\($0.stepName) \($0.stepNo) \($0.attempt)/\($0.maxAttempts)" }
                    == ["a 1 1/2", "b 2 1/2", "b 2 2/2"])
            #expect(contexts.map(\.isLastAttempt) == [false, false, true])
            for context in contexts {
                #expect(context.taskID == id)
                #expect(context.idempotencyKey == "\(id).\(context.stepName)")
                #expect(
                    [context.namespace, context.templateName, context.templateVersion] == ["test", "pair", "1.0.0"])
                #expect(context.correlationID == "order-7")
                #expect(try context.headers.decode(as: [String: String].self) == ["trace": "t1"])
                #expect(try context.config.decode(as: [String: [Int]].self) == ["k": [1]])
                #expect(context.deadline > before && context.deadline <= ContinuousClock.now + .seconds(40))
            }
            let last = try #require(contexts.last)
            #expect(try last.results.decode("a", as: [String: String].self) == ["from": "a"])
        }
    }
}
