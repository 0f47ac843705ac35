import CairnModel
package import Postgres

/// The database as Swift sees it: one function per SQL function or view, nothing in between.
///
/// Objects of the REST interface come as the JSON text that the database wrote (`JSONText`). Errors are ``CairnError``
/// where the database refused the request, and `PostgresError` where the database could not be asked.
package struct Store: Sendable {
    package let pool: PostgresPool
    /// Connections for what may have to wait for a lock that somebody holds: the actions of operators, registrations.
    /// However many of those wait, everything else goes on.
    let control: PostgresPool
    /// What the workers that were registered here prove themselves with.
    let tokens = WorkerTokens()

    /// The database by way of `pool`; actions by way of `control`, if there is a pool for them.
    package init(pool: PostgresPool, control: PostgresPool? = nil) {
        self.pool = pool
        self.control = control ?? pool
    }
}

extension Store {
    /// What a server or worker connects with: UTC and a name that `pg_stat_activity` shows.
    package static func configuration(
        url: String, applicationName: String, maxConnections: Int = 8
    ) throws -> PostgresConfiguration {
        var configuration = try PostgresConfiguration(url: url)
        configuration.applicationName = applicationName
        configuration.maxConnections = maxConnections
        configuration.settings["TimeZone"] = "UTC"
        // What Cairn asks is short. Compiled, where the planner thinks much of its cost, it takes a hundred times as long.
        configuration.settings["jit"] = "off"
        return configuration
    }

    /// Runs one query and takes its first value; a refusal of the database becomes a ``CairnError``.
    func first<Value: PostgresDecodable>(_ query: PostgresQuery, as type: Value.Type = Value.self) async throws
        -> Value?
    {
        try await refusing { try await pool.queryFirst(query, as: Value?.self) ?? nil }
    }

    /// Runs one query that always gives a value.
    func only<Value: PostgresDecodable>(_ query: PostgresQuery, as type: Value.Type = Value.self) async throws -> Value
    {
        guard let value = try await first(query, as: Value.self) else {
            throw CairnError(.internal, "the database returned no row where one always is")
        }
        return value
    }

    /// Turns the refusals that the SQL functions raise (SQLSTATE class CN) into ``CairnError``.
    func refusing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as PostgresError where error.sqlState?.hasPrefix("CN") == true {
            throw CairnError(refusal: error)
        }
    }
}

extension CairnError {
    /// A refusal of the SQL functions: the SQLSTATE says its kind, the hint is its code, the detail an object.
    fileprivate init(refusal error: PostgresError) {
        let kind: Kind? =
            switch error.sqlState {
            case "CN400": .badRequest
            case "CN404": .notFound
            case "CN409": .conflict
            default: nil
            }
        let details = error.detail.flatMap { try? JSON.parse($0) }
        // The triggers that guard the tables speak to people: their hint is a sentence.
        guard let hint = error.hint, hint.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x5F }) else {
            self.init(
                kind == .conflict ? .illegalTransition : .badRequest, error.message, hint: error.hint, kind: kind,
                details: details)
            return
        }
        self.init(ProblemCode(rawValue: hint), error.message, kind: kind, details: details)
    }
}
