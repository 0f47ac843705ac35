public import EmbeddedPostgres
public import Postgres
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A PostgreSQL for one run of the tests: made when the first test asks for it, deleted when the process ends, however
/// it ends. Nothing in it survives, so it does not wait for the disk.
public final class TestCluster: Sendable {
    /// The cluster of this process.
    public static let shared = TestCluster()

    /// Begins when `shared` is used for the first time.
    private let server = Task { try await TestCluster.start() }
    private let counter = Atomic(0)

    /// The running server, started if need be.
    public func running() async throws -> EmbeddedPostgres.Running { try await server.value }

    private static func start() async throws -> EmbeddedPostgres.Running {
        var options = EmbeddedPostgres(
            dataDirectory: "/tmp/cairn-tests-\(getpid())-\(UInt32.random(in: 0 ..< .max))",
            settings: [
                "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
                "track_functions": "pl",
                "shared_buffers": "64MB", "autovacuum": "off", "max_wal_size": "1GB", "log_statement": "none",
            ])
        options.isTemporary = true
        return try await options.start()
    }

    /// Makes a database and returns how to connect to it. The name gets a number, so that nobody shares it by accident.
    public func database(named name: String = "test", template: String? = nil) async throws -> String {
        let running = try await running()
        let unique = "\(name)_\(counter.add(1, ordering: .relaxed).newValue)"
        let from = template ?? "template0"
        try await withAdministrator { admin in
            try await admin.execute("create database \(identifier: unique) template \(identifier: from)")
        }
        return running.url(database: unique)
    }

    /// Makes a database that others are made from: `prepare` gets its URL, and must close what it opens.
    public func template(named name: String, prepare: (String) async throws -> Void) async throws -> String {
        let url = try await database(named: name)
        try await prepare(url)
        return try PostgresConfiguration(url: url).databaseName ?? name
    }

    /// Runs something in the database `postgres`.
    public func withAdministrator(_ body: (PostgresPool) async throws -> Void) async throws {
        var configuration = try PostgresConfiguration(url: try await running().url(database: "postgres"))
        configuration.maxConnections = 1
        let pool = PostgresPool(configuration: configuration)
        do {
            try await body(pool)
            await pool.close()
        } catch {
            await pool.close()
            throw error
        }
    }
}
