import CairnStore
import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct CookbookTests {
    @Test("every query of docs/psql-cookbook.md runs as it stands and finds what it is about")
    func queries() async throws {
        let queries = try queriesOfThePage()
        #expect(queries.count == 10)
        try await TestDatabase.with(connections: 1) { database in
            let failed = try await history(in: database)
            for query in queries {
                let rows = try await database.value(counting(query, of: failed), as: Int64.self)
                #expect(rows ?? 0 > 0, "\(query)")
            }
        }
    }

    @Test("an auditor may ask every question of docs/psql-cookbook.md but the one that is said to be the owner's")
    func auditor() async throws {
        let queries = try queriesOfThePage()
        try await TestDatabase.with(connections: 1) { database in
            try await database.store.createRoles()
            let failed = try await history(in: database)
            var refused: [Int] = []
            for (number, query) in zip(1..., queries) {
                do {
                    try await database.pool.withTransaction { connection in
                        try await connection.execute("set local role cairn_auditor")
                        let rows = try await connection.query(counting(query, of: failed), as: Int64.self)
                        #expect(rows[0] > 0, "\(query)")
                    }
                } catch let error as PostgresError where error.sqlState == "42501" {
                    refused.append(number)
                }
            }
            #expect(refused == [7])
        }
    }

    /// The queries of the page, in its order.
    private func queriesOfThePage() throws -> [String] {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/psql-cookbook.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        return text.components(separatedBy: "```sql\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
    }

    /// How many rows a query gives, asked of this task.
    private func counting(_ query: String, of task: Int64) -> PostgresQuery {
        let statement = query.replacing(":task", with: "\(task)").replacing(";", with: "")
        return "select count(*) from (\(unescaped: statement)) answer"
    }

    /// A database in which something of everything has happened; returns the id of a task that failed after retries.
    private func history(in database: TestDatabase) async throws -> Int64 {
        try await database.register(
            echoTemplate(
                "pair", [("a", []), ("b", ["a"])], extra: #","defaults":{"retry":{"max_attempts":2,"backoff":"none"}}"#)
        )
        try await database.register(echoTemplate("nobody", [("a", [])], handler: "custom.nobody"))
        let lost = try await database.worker(lease: .milliseconds(1))
        let failed = try await database.submit("pair")
        _ = try await database.store.exchange(ExchangeRequest(workerID: lost, want: 1))
        try await database.pool.execute("select pg_sleep(0.01)")
        _ = try await database.store.sweep()
        let worker = try await database.worker()
        let step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
        _ = try await database.store.exchange(
            ExchangeRequest(
                workerID: worker,
                settlements: [
                    Settlement(
                        taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt, outcome: .permanent,
                        payload: JSONB(#"{"code":"broken","message":"it broke"}"#))
                ], want: 0))
        _ = try await database.submit("pair")
        _ = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1))
        _ = try await database.submit("nobody")
        return failed
    }
}
