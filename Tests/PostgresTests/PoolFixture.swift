import Postgres
import Synchronization
import TestSupport
import Testing

/// A pool on a fresh database, closed afterwards.
func withPool(
    connections: Int = 4, configure: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (PostgresPool) async throws -> Void
) async throws {
    var configuration = try PostgresConfiguration(url: await TestCluster.shared.database(named: "postgres_tests"))
    configuration.maxConnections = connections
    configure(&configuration)
    let pool = PostgresPool(configuration: configuration)
    do {
        try await body(pool)
        await pool.close()
    } catch {
        await pool.close()
        throw error
    }
}

/// Ends a server process the hard way.
func kill(_ processID: Int32) async throws {
    try await TestCluster.shared.withAdministrator { admin in
        try await admin.execute("select pg_terminate_backend(\(processID), 5000)")
    }
}

/// Waits until a server process is in this state of `pg_stat_activity`, such as `PgSleep` or `ClientRead`.
func waitUntil(_ processID: Int32, waitsFor event: String) async throws {
    try await TestCluster.shared.withAdministrator { admin in
        for _ in 0..<1000 {
            let now = try await admin.queryFirst(
                "select wait_event from pg_stat_activity where pid = \(processID)", as: String?.self)
            if now == event { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw PostgresError(code: .configuration, message: "process \(processID) never waited for \(event)")
    }
}

/// Waits until something holds.
func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<1000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw PostgresError(code: .configuration, message: "a condition never came true")
}

/// The error that something throws.
func failure(of body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// Like `#expect(… == …)`, for values that come from an `await`: the macro does not compile in a closure where
/// nothing else throws.
func equal<Value: Equatable>(_ actual: Value, _ expected: Value, at location: SourceLocation = #_sourceLocation) {
    #expect(actual == expected, sourceLocation: location)
}

/// A value that several tasks change.
final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>
    init(_ value: Value) { state = Mutex(value) }
    var value: Value { state.withLock { $0 } }
    func change(_ body: (inout Value) -> Void) { state.withLock { body(&$0) } }
}
