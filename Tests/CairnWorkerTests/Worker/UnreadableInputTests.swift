import CairnWorker
import Postgres
import TestSupport
import Testing

/// Inputs that cannot be made fail alone and for good, and hold up nobody.
@Suite struct UnreadableInputTests {
    @Test func `a step whose input cannot be made fails for good, and its neighbours go on`() async throws {
        let handler = ClosureHandler { _, _ in Array("1".utf8) }
        try await WorkerHarness.with(handlers: [handler]) { worker in
            try await worker.database.register(
                echoTemplate(
                    "dated", [("a", [])],
                    stepExtra: #","input":"$.context.t ? (@.datetime() < \"2024-01-01T00:00:00+00:00\".datetime())""#,
                    handler: "test.run"))
            try await worker.database.register(
                echoTemplate("chain", [("a", []), ("b", ["a"]), ("c", ["b"])], handler: "test.run"))
            var good: [Int64] = []
            for _ in 0..<5 { good.append(try await worker.database.submit("chain")) }
            let bad = try await worker.database.submit("dated", context: #"{"t":"2023-01-01T00:00:00"}"#)
            for _ in 0..<5 { good.append(try await worker.database.submit("chain")) }
            #expect(try await worker.end(of: bad) == "error")
            let failures = try await worker.failures(of: bad, 1)
            #expect(failures.map(\.code) == ["input_invalid"] && failures.map(\.outcome) == ["permanent"])
            for task in good { #expect(try await worker.end(of: task) == "complete") }
            let attempts = try await worker.database.value(
                "select count(*) from cairn.step_attempts", as: Int64.self)
            #expect(attempts == 31, "each step once")
        }
    }
}
