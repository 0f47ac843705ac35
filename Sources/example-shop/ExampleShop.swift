import ArgumentParser
import Foundation
import Hummingbird
import Logging

/// The command: `example-shop [--host 127.0.0.1] [--port 8090]`.
@main
struct ExampleShop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "example-shop",
        abstract: "The HTTP service that the commerce templates call: validates, reserves, charges, ships, notifies.",
        discussion: """
            Everything is kept in memory and is gone when it stops.
              GET /ledger    what was done, one entry an effect (?order_id= and ?path= narrow it)
              POST /faults   {"path": "/shipments", "times": 2, "status": 503, "retry_after": 1} makes it fail
            """)

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 picks a free one and prints it.")
    var port = 8090

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port must be from 0 to 65535, not \(port)") }
    }

    func run() async throws {
        var logger = Logger(label: "example-shop") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        let (host, port) = (host, port)
        let application = Application(
            router: buildRouter(shop: Shop()),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "example-shop"),
            onServerRunning: { channel in
                say("example-shop listens on http://\(host):\(channel.localAddress?.port ?? port)")
            },
            logger: logger)
        do {
            try await application.runService()
        } catch {
            // NIO's own error type would need a dependency for this one line; its text carries the errno.
            guard "\(error)".contains("errno: \(EADDRINUSE)") else { throw error }
            complain("example-shop: \(host):\(port) is taken by another program\n")
            complain("Stop that program, or choose another port with --port (0 picks a free one).\n")
            throw ExitCode(1)
        }
    }
}

/// A line on stdout at once, also into a pipe.
private func say(_ line: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
}

private func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}
