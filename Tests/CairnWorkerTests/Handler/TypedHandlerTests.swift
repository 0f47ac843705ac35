import CairnModel
import CairnWorker
import Foundation
import Testing

@Suite struct TypedHandlerTests {
    struct Price: StepHandler {
        struct Input: Decodable, Sendable {
            var cents: Int
            var at: Date?
        }
        struct Output: Encodable, Sendable {
            var total: Double
            var note: String
        }
        static let name = "shop.price"

        func run(_ input: Input, context: StepContext) async throws -> Output {
            if input.cents < 0 { throw StepFailure.permanent("negative", code: "negative") }
            let rate = try context.config.decode(as: [String: Double].self)["rate"] ?? 1
            return Output(total: rate * Double(input.cents) / 100, note: "a/b")
        }
    }

    @Test func `decodes, runs, encodes`() async throws {
        let result = try await run(Price(), config: ["rate": 2], input: ["cents": 150, "at": "2026-01-02T03:04:05Z"])
        #expect(result == ["total": 3, "note": "a/b"])
    }

    @Test(
        arguments: [
            ([:], "/cents is missing"), (["cents": "x"], "/cents is not Int"), (["cents": nil], "/cents is null"),
        ] as [(JSON, String)]) func `input that does not decode is permanent and says where`(
            _ input: JSON, _ text: String
        ) async throws
    {
        let failure = try await failure(Price(), input: input)
        #expect(failure.kind == .permanent)
        #expect(failure.code == "input_invalid")
        #expect(failure.message.contains(text), "\(failure.message)")
        #expect(failure.message.contains("shop.price"))
    }

    @Test func `a result that is no number is permanent`() async throws {
        let failure = try await failure(Price(), config: ["rate": 1e308], input: ["cents": 9_000_000_000_000])
        #expect(failure.code == "result_invalid")
    }

    @Test func `failures pass through`() async throws {
        #expect(try await failure(Price(), input: ["cents": -1]).code == "negative")
    }

    @Test func `results of other steps are typed`() async throws {
        let results = StepResults(document: StepDocument(bytes: Array(#"{"a":{"n":1},"b":"x"}"#.utf8)))
        #expect(try results.decode("a", as: [String: Int].self) == ["n": 1])
        #expect(try results.json("b") == "x")
        #expect(try results.json("c") == nil)
        #expect(throws: StepFailure.self) { try results.decode("c", as: String.self) }
        #expect(throws: StepFailure.self) { try results.decode("b", as: Int.self) }
    }

    @Test func `errors of other steps are told from results`() throws {
        let results = StepResults(
            document: StepDocument(bytes: Array(#"{"a":1}"#.utf8)),
            errors: StepDocument(bytes: Array(#"{"b":{"code":"c","message":"m","status":404}}"#.utf8)))
        let error = try #require(try results.error(of: "b"))
        #expect(error.code == "c" && error.message == "m")
        #expect(JSON.object(error.details) == ["status": 404])
        #expect(try results.error(of: "a") == nil)
        #expect(try results.json("b") == nil)
        let failure = try #require(#expect(throws: StepFailure.self) { try results.decode("b", as: Int.self) })
        #expect(failure.message == "the step \"b\" has failed and has no result")
        #expect(try StepContext(taskID: 1, stepName: "x").results.error(of: "b") == nil)
    }

    @Test func `a context knows its key and its last attempt`() {
        var context = StepContext(taskID: 7, stepName: "pay", attempt: 2, maxAttempts: 3)
        #expect(context.idempotencyKey == "7.pay")
        #expect(!context.isLastAttempt)
        context.attempt = 3
        #expect(context.isLastAttempt)
    }

    @Test func `a worker needs names that differ`() throws {
        let configuration = WorkerConfiguration(databaseURL: "postgresql:///x", namespaces: ["n"])
        #expect(throws: CairnError.self) { try Worker(configuration: configuration, handlers: [Price(), Price()]) }
        #expect(throws: CairnError.self) { try Worker(configuration: configuration, handlers: []) }
        #expect(throws: CairnError.self) {
            try Worker(configuration: WorkerConfiguration(databaseURL: "", namespaces: []), handlers: [Price()])
        }
    }
}
