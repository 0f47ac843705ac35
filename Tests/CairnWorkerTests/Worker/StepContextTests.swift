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

    @Test("a handler sees why a dependency failed that lets it run: in its context, and in its input")
    func errors() async throws {
        let seen = Mutex<[String: (StepContext, JSON)]>([:])
        let details = JSONObject([.init(name: "status", value: 402)])
        let handler = ClosureHandler { input, context in
            if context.stepName == "pay" {
                throw StepFailure.permanent("no funds", code: "declined", details: details)
            }
            let document = try JSON.parse(input)
            seen.withLock { $0[context.stepName] = (context, document) }
            return Array("1".utf8)
        }
        try await WorkerHarness.with(handlers: [handler]) { worker in
            try await worker.database.register(
                #"""
                {"namespace":"test","name":"order","version":"1.0.0","steps":[
                 {"name":"pack","handler":"test.run"},
                 {"name":"pay","handler":"test.run","on_failure":"continue"},
                 {"name":"tell","handler":"test.run","depends_on":["pay","pack"]},
                 {"name":"map","handler":"test.run","depends_on":["tell"],
                  "input":{"why":"$.errors.pay.code","all":"$.errors.pay","none":"$.results.pay"}}]}
                """#)
            let id = try await worker.database.submit("order", context: #"{"n":1}"#)
            #expect(try await worker.end(of: id) == "complete")

            let error: JSON = ["code": "declined", "message": "no funds", "status": 402]
            let (context, input) = try #require(seen.withLock { $0["tell"] })
            #expect(input == ["context": ["n": 1], "results": ["pack": 1], "errors": ["pay": error]])
            #expect(try context.results.error(of: "pay")?.code == "declined")
            #expect(try context.results.error(of: "pay")?.message == "no funds")
            #expect(try context.results.error(of: "pack") == nil)
            let (_, mapped) = try #require(seen.withLock { $0["map"] })
            #expect(mapped == ["why": "declined", "all": error, "none": nil])
        }
    }

    @Test("a handler is told of the attempts that an operator has given its step")
    func moreAttempts() async throws {
        let seen = Mutex<[String]>([])
        let handler = ClosureHandler { _, context in
            seen.withLock { $0.append("\(context.attempt)/\(context.maxAttempts) \(context.isLastAttempt)") }
            if context.attempt < 4 { throw StepFailure.retryable("again") }
            return Array("1".utf8)
        }
        try await WorkerHarness.with(handlers: [handler]) { worker in
            try await worker.database.register(
                echoTemplate(
                    "one", [("a", [])], stepExtra: #","retry":{"max_attempts":2,"backoff":"none"}"#,
                    handler: "test.run"))
            let id = try await worker.database.submit("one")
            #expect(try await worker.end(of: id) == "error")
            try await worker.database.pool.execute("select cairn.reset_step(\(id), 'a', 'ada', 'fixed')")
            #expect(try await worker.end(of: id) == "complete")
            #expect(seen.withLock { $0 } == ["1/2 false", "2/2 true", "3/4 false", "4/4 true"])
        }
    }
}
