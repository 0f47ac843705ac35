public import Logging
public import ServiceLifecycle

/// A PostgreSQL of the program's own: made, started and stopped by it, reachable through a unix socket only.
///
/// Keep it ahead of everything that uses it in a `ServiceGroup`, so that it stops last. It stops as well when the
/// program is killed.
public struct EmbeddedPostgres: Sendable {
    /// Where the data is kept. Made when it is not there.
    public var dataDirectory: String
    /// Settings of the server, such as `fsync` for tests.
    public var settings: [String: String]
    /// Where `postgres` and `initdb` are; found by itself when nil.
    public var binaryDirectory: String?
    /// Whom to run the server as when this program runs as root, for PostgreSQL refuses to, and the data, or the place
    /// for it, is root's. Where it belongs to somebody else, the server runs as that user.
    public var unprivilegedUser = "postgres"
    /// Whether the data is deleted when the server stops.
    public var isTemporary = false
    /// How long the server may take to be ready, and to stop.
    public var timeout: Duration = .seconds(60)
    /// Where messages go.
    public var logger: Logger

    /// The superuser and the database that a new data directory has.
    public static let user = "cairn"

    /// A server with its data in this directory.
    public init(
        dataDirectory: String, settings: [String: String] = [:], logger: Logger = Logger(label: "embedded-postgres")
    ) {
        self.dataDirectory = dataDirectory
        self.settings = settings
        self.logger = logger
    }

    /// Makes the data directory if need be, starts the server, and waits until it is ready. A server that runs on this
    /// data already is used as it is, and left running by `stop`.
    public func start() async throws -> Running {
        let account = try Account.server(of: dataDirectory, unprivilegedUser: unprivilegedUser)
        let directory = try await DataDirectory.locate(dataDirectory, account: account, logger: logger)
        try directory.checkOwner()
        let binaries = try await Binaries.find(given: binaryDirectory, for: directory)
        try await directory.initialize(with: binaries, settings: settings)
        if let adopted = try await directory.adopt(timeout: timeout) {
            logger.debug("using the PostgreSQL that is running already", metadata: ["path": "\(directory.path)"])
            return Running(dataDirectory: directory.path, socketDirectory: adopted, server: nil)
        }
        let sockets = try SocketDirectory.prepare(for: directory)
        let server = ServerProcess(
            binaries: binaries, directory: directory, socketDirectory: sockets, settings: settings,
            isTemporary: isTemporary, timeout: timeout, logger: logger)
        try await server.start()
        return Running(dataDirectory: directory.path, socketDirectory: sockets, server: server)
    }
}

extension EmbeddedPostgres: Service {
    /// Starts the server and keeps it until graceful shutdown or cancellation.
    public func run() async throws { try await start().run() }
}
