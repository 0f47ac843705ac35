import CairnModel
import CairnStore
import Foundation
import Postgres

/// The parts of Swift that every task or step goes through, each alone: nanoseconds an operation, without a database.
enum BenchMicro {
    /// How many steps an exchange carries here.
    private static let batch = 20

    /// What is measured, by its name in the report.
    static func figures(for span: Duration = .milliseconds(300)) throws -> BenchFigures {
        var figures = BenchFigures()
        let claims = try claimedRows()
        figures["claim_decode_ns"] = try time(span, operations: batch) { _ = try ExchangeReply(claims) }
        let settles = settlements()
        figures["settle_encode_ns"] = try time(span, operations: batch) { _ = settles.query(token: nil).binds.count }
        let template = BenchShape.tree8.template().text
        figures["template_compile_ns"] = try time(span) {
            guard let template = Template.decode(template).template else { throw wrong }
            _ = template.compiled().json.bytes
        }
        let body = Array(submission.utf8)
        figures["submit_decode_ns"] = try time(span) {
            let task = try JSON.parse(body)
            guard let context = task["context"]?.bytes, let headers = task["headers"]?.bytes else { throw wrong }
            _ = TaskSubmission(
                namespace: task["namespace"]?.stringValue ?? "", templateName: task["template_name"]?.stringValue ?? "",
                context: JSONB(bytes: context), options: JSONB(bytes: headers))
        }
        return figures
    }

    /// The median of several rounds; one round for warmth is not counted.
    private static func time(_ span: Duration, operations: Int = 1, _ body: () throws -> Void) throws -> Double {
        let clock = ContinuousClock()
        var rounds: [Double] = []
        for round in 0..<6 {
            let start = clock.now
            var count = 0
            repeat {
                for _ in 0..<10 { try body() }
                count += 10
            } while clock.now - start < span / 6
            let each = (clock.now - start) / .nanoseconds(1) / Double(count * operations)
            if round > 0 { rounds.append(each) }
        }
        return BenchFigures.percentile(0.5, of: rounds) ?? 0
    }

    private static let context = """
        {"order": {"id": 4711, "customer": "C-1009", "lines": [{"sku": "A-1", "count": 2}, {"sku": "B-7", "count": 1}]}, \
        "note": "as soon as possible", "total": 129.95}
        """

    private static let submission = """
        {"namespace": "bench", "template_name": "tree_8", "context": \(context), "headers": {"trace": "5b8aa5a2d2c872e8"}, \
        "priority": 3, "tags": ["web", "express"], "idempotency_key": "order-4711"}
        """

    /// An answer of an exchange that has claimed steps, as libpq would give it.
    private static func claimedRows() throws -> PostgresResult {
        let none: JSONB? = nil
        return try PostgresResult(
            rows: (0..<batch).map { number in
                PostgresQuery(
                    unescaped: "", "claimed", Int64(1_000_000 + number), Int32(3), Int16(1), Int32(1), Int16(0),
                    Int64(7),
                    none, JSONB(context), JSONB(#"{"b": {"total": 129.95}, "c": {"ok": true}}"#), JSONB("{}"),
                    "order-4711",
                    JSONB("{}"), Int16(3)
                ).binds
            })
    }

    private static func settlements() -> ExchangeRequest {
        ExchangeRequest(
            workerID: 1,
            settlements: (0..<batch).map { number in
                Settlement(
                    taskID: Int64(1_000_000 + number), stepNo: 3, attempt: 1, outcome: .succeeded,
                    payload: JSONB(context))
            }, want: 20, floors: [ClaimFloor(namespaceID: 1, rank: 0, taskID: 1_000_000)])
    }

    private static var wrong: CommandError {
        CommandError(.failed, .internal, "a sample of the benchmark is wrong", do: "Report this")
    }
}
