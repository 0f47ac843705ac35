import CairnStore
import Postgres

/// A reference: one small commit on one connection, which does nothing else.
struct BenchCommit: Sendable {
    private let connection: PostgresConnection

    /// For commits on a connection of their own.
    static func with<Result: Sendable>(_ store: Store, _ body: @Sendable (BenchCommit) async throws -> Result)
        async throws -> Result
    {
        try await store.pool.withConnection { connection in
            try await connection.execute("create table if not exists cairn_bench_commit (n integer)")
            let result = try await body(BenchCommit(connection: connection))
            try await connection.execute("drop table cairn_bench_commit")
            return result
        }
    }

    /// How long one takes, from the statement to its answer.
    func milliseconds() async throws -> Double {
        let start = ContinuousClock.now
        try await connection.execute("insert into cairn_bench_commit values (1)")
        return (ContinuousClock.now - start) / .milliseconds(1)
    }

    /// The median of those that come one right after the other.
    static func milliseconds(_ store: Store) async throws -> Double? {
        try await with(store) { commit in
            var times: [Double] = []
            for _ in 0..<300 { times.append(try await commit.milliseconds()) }
            return BenchFigures.percentile(0.5, of: times)
        }
    }
}
