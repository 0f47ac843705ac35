public import Logging

/// Connections that are lent out one at a time, opened on demand.
///
/// Used as an executor, it leases a connection for each call. Whoever needs the same connection for several statements
/// takes `withConnection` or `withTransaction`. Do not ask the pool for a second connection while holding one: with
/// all connections out, that waits for itself until the acquire timeout.
public final class PostgresPool: Sendable {
    private let core: PoolCore

    /// A pool that opens its first connection when somebody asks for one.
    public init(configuration: PostgresConfiguration, logger: Logger = Logger(label: "postgres")) {
        core = PoolCore(configuration: configuration, logger: logger)
    }

    deinit { core.closeIdle() }

    /// What the pool was made with.
    public var configuration: PostgresConfiguration { core.configuration }

    /// A look at the pool, for metrics.
    public struct Status: Sendable, Hashable {
        /// Connections nobody uses.
        public var idle: Int
        /// Connections that are lent out.
        public var leased: Int
        /// Connections that are being opened.
        public var connecting: Int
        /// Callers that wait for one.
        public var waiting: Int
    }

    /// How the pool is doing.
    public var status: Status {
        let counts = core.counts
        return Status(
            idle: counts.idle, leased: counts.leased, connecting: counts.connecting, waiting: counts.waiting)
    }

    /// Lends a connection to `body` alone. A transaction that is left open is rolled back.
    public func withConnection<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let wire = try await core.acquire()
        let connection = PostgresConnection(wire: wire, lease: wire.beginLease())
        do {
            let result = try await body(connection)
            await giveBack(connection)
            return result
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Cleans up only where something is left to clean up.
    private func giveBack(_ connection: PostgresConnection) async {
        if !connection.wire.isIdle, connection.wire.isUsable { await connection.cleanUp() }
        core.release(connection.wire)
    }

    /// Runs `body` in a transaction on one connection: committed when it returns, rolled back when it throws.
    public func withTransaction<Result>(
        isolation level: PostgresIsolation = .readCommitted, readOnly: Bool = false,
        actor: isolated (any Actor)? = #isolation, _ body: (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        try await withConnection(isolation: actor) { connection in
            try await connection.withTransaction(isolation: level, readOnly: readOnly, actor: actor, body)
        }
    }

    /// Refuses new work, waits for what is lent out to come back, and closes all connections. When the calling task is
    /// cancelled meanwhile, the lent connections are closed as well, and their holders' statements fail.
    public func close() async { await core.close() }
}

extension PostgresPool: PostgresExecutor {
    /// Runs it on any free connection.
    public func run(_ queries: [PostgresQuery]) async throws -> [PostgresResult] {
        try await withConnection { try await $0.run(queries) }
    }
}

extension PostgresPool {
    /// Runs the text of many statements on any free connection; see `PostgresConnection.runScript`.
    public func runScript(_ sql: String) async throws {
        try await withConnection { try await $0.runScript(sql) }
    }
}
