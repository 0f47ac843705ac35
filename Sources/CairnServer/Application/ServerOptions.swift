package import CairnModel

/// How the server serves; the defaults are those of `cairn-server`.
package struct ServerOptions: Sendable, Hashable {
    /// The address to bind.
    package var host: String
    /// The port to bind; 0 for any free one.
    package var port: Int
    /// The largest body of a request for one thing, in bytes.
    package var bodyLimit = 2 << 20
    /// The largest body of a batch, in bytes.
    package var batchBodyLimit = 16 << 20
    /// The most items of a batch.
    package var batchItemLimit = 1000
    /// How long a request's body may take to arrive.
    package var bodyTimeout: Duration = .seconds(30)
    /// How long a connection may be silent.
    package var idleTimeout: Duration = .seconds(60)
    /// How long the readiness check may wait for the database.
    package var readinessTimeout: Duration = .seconds(2)

    /// Where hooks may be posted to; a submit that asks for another address is refused.
    package var callbacks = CallbackRules()

    /// Options.
    package init(host: String = "127.0.0.1", port: Int = 8080) {
        self.host = host
        self.port = port
    }

    /// Whether only programs on this machine can reach the server.
    package var isLoopback: Bool { LoopbackHost.contains(host) }
}
