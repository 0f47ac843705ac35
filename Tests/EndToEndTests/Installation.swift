import CairnStore
import Foundation
import Postgres
import TestSupport

/// A database with real servers and workers on it.
final class Installation: Sendable {
    let database: TestDatabase

    private init(database: TestDatabase) { self.database = database }

    static func with(_ body: (Installation) async throws -> Void) async throws {
        try await TestDatabase.with { try await body(Installation(database: $0)) }
    }

    func server(_ arguments: [String] = []) throws -> Program {
        try Program("cairn-server", ["--database-url", database.url, "--port", "0"] + arguments)
    }

    /// A server's address, once it says it listens.
    func address(of server: Program) async throws -> URL {
        try await eventually("the server listens; it says: \(server.said)") {
            guard let match = server.said.firstMatch(of: /listening on (http:\/\/[0-9.:]+)/) else { return nil }
            return URL(string: String(match.output.1))
        }
    }

    func worker(_ arguments: [String] = [], namespace: String = "test") throws -> Program {
        try Program("cairn-worker", ["--database-url", database.url, "--namespace", namespace] + arguments)
    }

    /// Waits until none of the database's tasks is unfinished.
    func finished(within limit: Duration = .seconds(120)) async throws {
        try await eventually("all tasks end", within: limit) {
            let open = try await self.database.value(
                """
                select count(*) from cairn.task_core
                where state not in ('complete', 'error', 'cancelled', 'resolved_manually')
                """, as: Int64.self)
            return open == 0 ? () : nil
        }
    }
}
