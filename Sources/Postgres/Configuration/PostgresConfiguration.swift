/// Where the server is, and how to behave towards it. Printing it never shows the password.
public struct PostgresConfiguration: Sendable {
    /// What the server shows in `pg_stat_activity` for these connections.
    public var applicationName: String
    /// How many connections a pool opens at most.
    public var maxConnections: Int = 8
    /// How long to wait for a free connection of the pool.
    public var acquireTimeout: Duration = .seconds(10)
    /// How long one attempt to connect may take; libpq counts whole seconds, two at least.
    public var connectTimeout: Duration = .seconds(10)
    /// Settings of the session, such as `search_path`.
    public var settings: [String: String] = [:]
    /// The server's `statement_timeout`, when not the server's own.
    public var statementTimeout: Duration?
    /// How many prepared statements a connection keeps.
    public var statementCacheCapacity: Int = 256
    /// How long a cancelled statement may take to end before its connection is closed.
    public var cancelTimeout: Duration = .seconds(5)

    /// The connection's keywords, parsed by libpq.
    private(set) var parameters: [String: String]

    /// A server by a URI (`postgresql://user@host/db`) or a string of keywords (`host=… dbname=…`).
    public init(url: String, applicationName: String = "swift") throws {
        parameters = try Self.parse(url)
        self.applicationName = parameters["application_name"] ?? applicationName
    }

    /// The same server, another database.
    public func database(_ name: String) -> PostgresConfiguration {
        var copy = self
        copy.parameters["dbname"] = name
        return copy
    }

    /// The user to connect as, when the URL names one.
    public var user: String? { parameters["user"] }
    /// The database, when the URL names one.
    public var databaseName: String? { parameters["dbname"] }
    /// The host or the directory of the socket, when the URL names one.
    public var host: String? { parameters["host"] }
    /// The port, when the URL names one.
    public var port: String? { parameters["port"] }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// User, host and database.
    public var description: String {
        "postgresql://\(user ?? "")@\(host ?? "")\(port.map { ":" + $0 } ?? "")/\(databaseName ?? "")"
    }
    /// User, host and database.
    public var debugDescription: String { description }
    /// User, host and database.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}
