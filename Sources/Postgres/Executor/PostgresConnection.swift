/// A connection that is lent to one caller. It is of no use once the closure that got it has returned.
///
/// Statements may be run on it at the same time from several tasks: they travel in a pipeline, and one's error leaves
/// the others alone (outside a transaction).
public struct PostgresConnection: PostgresExecutor {
    let wire: WireConnection
    let lease: UInt64

    /// The server's process for this connection, as in `pg_stat_activity.pid`.
    public var processID: Int32 { wire.processID }

    /// Runs statements as one group: one round trip, all or nothing.
    public func run(_ queries: [PostgresQuery]) async throws -> [PostgresResult] {
        for query in queries { try Self.check(query) }
        var outcome = await wire.run(.group(queries), lease: lease)
        if outcome.mayRunAgain { outcome = await wire.run(.group(queries), lease: lease) }
        if let error = outcome.error { throw error }
        return outcome.results
    }

    /// Runs the text of many statements, as a migration has them, by the simple protocol: without parameters, and as
    /// one transaction unless the text has its own.
    public func runScript(_ sql: String) async throws {
        let outcome = await wire.run(.script(sql), lease: lease)
        if let error = outcome.error { throw error }
    }

    private static func check(_ query: PostgresQuery) throws {
        if query.binds.count > 65_535 {
            throw PostgresError(
                code: .configuration,
                message: "\(query.binds.count) parameters, and PostgreSQL takes 65535; pass arrays and use unnest")
        }
        if query.sql.utf8.contains(0) {
            throw PostgresError(code: .configuration, message: "the statement's text contains a NUL")
        }
    }

    /// Ends whatever the holder left behind.
    func cleanUp() async {
        _ = await wire.run(.group(["rollback"]), lease: lease, isShielded: true)
    }
}
