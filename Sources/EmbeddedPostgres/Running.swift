public import ServiceLifecycle

extension EmbeddedPostgres {
    /// A server that accepts connections.
    public struct Running: Service {
        /// Where the data really is.
        public let dataDirectory: String
        /// Where the server's socket is.
        public let socketDirectory: String
        let server: ServerProcess?

        /// Whether the server was running already; it is then not stopped either.
        public var isAdopted: Bool { server == nil }

        /// How to connect to the database that was made along.
        public var url: String { url(database: EmbeddedPostgres.user) }

        /// How to connect to another database.
        public func url(database: String) -> String {
            "postgresql:///\(percentEncoded(database))?host=\(percentEncoded(socketDirectory))"
                + "&user=\(EmbeddedPostgres.user)"
        }

        /// Stops the server, if it was started here, and waits until it has stopped.
        public func stop() async { await server?.stop() }

        /// Waits until the server has stopped by itself, and returns why; nil when the task is cancelled first, and for a
        /// server that was running already.
        public func failure() async -> EmbeddedPostgresError? {
            guard let server, await server.waitUntilStopped() else { return nil }
            return server.stoppedByItself
        }

        /// Keeps the server until graceful shutdown or cancellation; throws when it stops by itself.
        public func run() async throws {
            guard let server else { return try await gracefulShutdown() }
            let ended = await cancelWhenGracefulShutdown { await server.waitUntilStopped() }
            await server.stop()
            if ended, !Task.isCancelled { throw server.stoppedByItself }
        }
    }
}

/// Text for a URL; a slash may stay.
func percentEncoded(_ text: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    let digits = Array("0123456789ABCDEF")
    return text.utf8.map { byte in
        plain.contains(byte)
            ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
}
