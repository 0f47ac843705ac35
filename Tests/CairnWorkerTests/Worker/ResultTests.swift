import CairnWorker
import Postgres
import TestSupport
import Testing

/// Results that cannot be stored fail alone and for good.
@Suite struct ResultTests {
    static let bad: [(String, [UInt8], String)] = [
        ("not JSON", Array("hello".utf8), "result_invalid"),
        ("nothing", [], "result_invalid"),
        ("NaN", Array(#"{"a":NaN}"#.utf8), "result_invalid"),
        ("NUL", Array(#"{"a":"\u0000"}"#.utf8), "result_invalid"),
        ("a lone surrogate", Array(#""\ud800""#.utf8), "result_invalid"),
        ("no UTF-8", [0x22, 0xFF, 0x22], "result_invalid"),
        ("too deep", Array(String(repeating: "[", count: 100).utf8) + Array(String(repeating: "]", count: 100).utf8), "result_invalid"),
        ("too large", Array("\"\(String(repeating: "x", count: 2000))\"".utf8), "result_too_large"),
    ]

    @Test(arguments: bad.indices) func `a bad result is a permanent failure, and its neighbours succeed`(_ index: Int) async throws {
        let (_, bytes, code) = Self.bad[index]
        let handler = ClosureHandler { input, context in context.stepName == "bad" ? bytes : Array("1".utf8) }
        try await WorkerHarness.with(handlers: [handler], configure: { $0.maxResultBytes = 1000 }) { worker in
            try await worker.database.register(
                echoTemplate("mix", [("good", []), ("bad", []), ("other", [])], handler: "test.run"))
            let task = try await worker.database.submit("mix")
            #expect(try await worker.end(of: task) == "error")
            let failures = try await eventually {
                var all: [AttemptFailure] = []
                for step in Int32(1)...3 { all += try await worker.failures(of: task, step) }
                return all.isEmpty ? nil : all
            }
            #expect(failures.map(\.code) == [code])
            #expect(failures.map(\.outcome) == ["permanent"])
            let succeeded = try await eventually {
                let count = try await worker.database.value(
                    "select count(*) from cairn.step_attempts where task_id = \(task) and outcome = 'succeeded'",
                    as: Int64.self)
                return count == 2 ? count : nil
            }
            #expect(succeeded == 2)
        }
    }

    @Test func `what only the database refuses is found in its batch`() async throws {
        // Passes the worker's check, but is more than jsonb's numeric takes once the scale is added up.
        let handler = ClosureHandler { _, context in
            Array((context.stepName == "s7" ? "{\"k\":1e-16400}" : "1").utf8)
        }
        try await WorkerHarness.with(handlers: [handler]) { worker in
            try await worker.database.register(
                echoTemplate("wide", (1...16).map { ("s\($0)", []) }, handler: "test.run"))
            let task = try await worker.database.submit("wide")
            try await worker.end(of: task)
            let done = try await eventually {
                let count = try await worker.database.value(
                    "select count(*) from cairn.step_attempts where task_id = \(task)", as: Int64.self)
                return count == 16 ? count : nil
            }
            #expect(done == 16)
            #expect(try await worker.failures(of: task, 7).map(\.code) == ["result_invalid"])
            print(worker.log.lines)
        }
    }
}
