import CairnModel
import Testing

@testable import CairnWorker

@Suite struct StepFailurePayloadTests {
    private static func object(_ json: JSON) -> JSONObject { json.objectValue ?? JSONObject() }

    @Test func `errors are objects with code and message`() throws {
        let failure = StepFailure.permanent("no", code: "c", details: Self.object(["status": 404, "code": "other"]))
        #expect(try JSON.parse(failure.payload) == ["code": "c", "message": "no", "status": 404])
    }

    @Test func `what PostgreSQL refuses is replaced`() throws {
        let failure = StepFailure.retryable("a\0b")
        #expect(try JSON.parse(failure.payload)["message"] == "a\u{FFFD}b")
    }

    @Test func `size is bounded, and characters stay whole`() throws {
        let failure = StepFailure.retryable(
            String(repeating: "é", count: 10_000),
            details: Self.object(["more": .string(String(repeating: "x", count: 10_000))]))
        let payload = failure.payload
        #expect(payload.count <= 8192)
        let message = try #require(try JSON.parse(payload)["message"]?.stringValue)
        #expect(message.hasSuffix("é…"))
    }
}
