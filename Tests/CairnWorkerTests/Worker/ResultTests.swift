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
        (
            "too deep", Array(String(repeating: "[", count: 100).utf8) + Array(String(repeating: "]", count: 100).utf8),
            "result_invalid"
        ),
        ("too large", Array("\"\(String(repeating: "x", count: 2000))\"".utf8), "result_too_large"),
    ]

    @Test(arguments: bad.indices) func `a bad result is a permanent failure, and its neighbours succeed`(_ index: Int)
        async throws
    {
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
        let handler = ClosureHandler { _, context in Array((context.stepName == "s7" ? "\"poison\"" : "1").utf8) }
        try await WorkerHarness.with(handlers: [handler]) { worker in
            for statement in Self.refusePoison { try await worker.database.pool.execute(statement) }
            try await worker.database.register(
                echoTemplate("wide", (1...16).map { ("s\($0)", []) }, handler: "test.run"))
            let task = try await worker.database.submit("wide")
            try await worker.end(of: task)
            let count = try await eventually {
                let count = try await worker.database.value(
                    "select count(*) from cairn.step_attempts where task_id = \(task)", as: Int64.self)
                return count == 16 ? count : nil
            }
            #expect(count == 16)
            let poisoned = try await worker.database.value(
                "select step_no from cairn.template_steps where name = 's7'", as: Int32.self)
            let failures = try await worker.failures(of: task, try #require(poisoned))
            #expect(failures.map(\.code) == ["result_invalid"])
            #expect(failures.map(\.outcome) == ["permanent"])
            #expect(worker.log.count(of: "cannot store a result") == 1)
        }
    }

    /// Makes the database refuse one result as it would refuse bytes that jsonb cannot hold.
    private static let refusePoison: [PostgresQuery] = [
        """
        create function refuse_poison() returns trigger language plpgsql as $$
        begin
          raise exception using errcode = '22P05', message = 'unsupported Unicode escape sequence';
        end $$
        """,
        """
        create trigger refuse_poison before insert on cairn.step_attempts for each row
        when (new.result = '"poison"') execute function refuse_poison()
        """,
    ]
}
