/// Whatever statements can be run on: a pool, or one leased connection.
public protocol PostgresExecutor: Sendable {
    /// Runs statements as one group: one round trip, all or nothing. The other functions are made of this one.
    func run(_ queries: [PostgresQuery]) async throws -> [PostgresResult]
}

extension PostgresExecutor {
    private func result(of query: PostgresQuery) async throws -> PostgresResult {
        guard let result = try await run([query]).first else {
            throw PostgresError(code: .unsupported, message: "the statement returned no result")
        }
        return result
    }

    /// Runs a statement; returns how many rows it inserted, changed, deleted or returned.
    @discardableResult
    public func execute(_ query: PostgresQuery) async throws -> Int {
        try await result(of: query).rowsAffected
    }

    /// Runs a statement and decodes its rows.
    public func query<Row: PostgresRowDecodable>(
        _ query: PostgresQuery, as type: Row.Type = Row.self
    ) async throws -> [Row] {
        try await result(of: query).rows(as: type)
    }

    /// Runs a statement and decodes its only, or first, column.
    public func query<Value: PostgresDecodable>(
        _ query: PostgresQuery, as type: Value.Type = Value.self
    ) async throws -> [Value] {
        try await result(of: query).rows(as: type)
    }

    /// Runs a statement and decodes its rows as tuples: `as: (Int64, String?).self`.
    public func query<First: PostgresDecodable, Second: PostgresDecodable, each Rest: PostgresDecodable>(
        _ query: PostgresQuery, as type: (First, Second, repeat each Rest).Type
    ) async throws -> [(First, Second, repeat each Rest)] {
        try await result(of: query).rows(as: type)
    }

    /// Runs a statement; returns its first row, if there is one.
    public func queryFirst<Row: PostgresRowDecodable>(
        _ query: PostgresQuery, as type: Row.Type = Row.self
    ) async throws -> Row? {
        try await self.query(query, as: type).first
    }

    /// Runs a statement; returns the first column of its first row, if there is one.
    public func queryFirst<Value: PostgresDecodable>(
        _ query: PostgresQuery, as type: Value.Type = Value.self
    ) async throws -> Value? {
        try await self.query(query, as: type).first
    }

    /// Runs a statement; returns its first row as a tuple, if there is one.
    public func queryFirst<First: PostgresDecodable, Second: PostgresDecodable, each Rest: PostgresDecodable>(
        _ query: PostgresQuery, as type: (First, Second, repeat each Rest).Type
    ) async throws -> (First, Second, repeat each Rest)? {
        try await self.query(query, as: type).first
    }

    /// Runs many statements in one round trip, all or nothing; returns their results in the order of the calls.
    @discardableResult
    public func batch(_ build: (inout PostgresBatch) throws -> Void) async throws -> [PostgresResult] {
        var batch = PostgresBatch()
        try build(&batch)
        if batch.queries.isEmpty { return [] }
        return try await run(batch.queries)
    }
}

/// Statements that go out together.
public struct PostgresBatch: Sendable {
    /// What was added so far.
    public private(set) var queries: [PostgresQuery] = []

    /// No statements.
    public init() {}

    /// Adds a statement; returns its place among the results.
    @discardableResult
    public mutating func add(_ query: PostgresQuery) -> Int {
        queries.append(query)
        return queries.count - 1
    }
}
