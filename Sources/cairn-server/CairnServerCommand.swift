import ArgumentParser
import CairnModel
import CairnOrchestrator
import CairnServer
import CairnStore
import Logging
import Postgres

/// `cairn-server`: the HTTP API and the loops that no worker runs.
struct CairnServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cairn-server",
        abstract: "Serves Cairn's HTTP API and runs its timers. Any number of servers may run on one database.",
        version: CairnVersion.current)

    @Option(help: "The PostgreSQL database, as a URL. Default: the environment variable DATABASE_URL.")
    var databaseURL: String?

    @Option(help: "The address to bind.")
    var host = "127.0.0.1"

    @Option(help: "The port to bind; 0 takes any free one.")
    var port = 8080

    @Option(
        help:
            "A folder with <namespace>/<name>.json: every template in it is registered at the start. A file with errors, or one that differs from its registered version, is logged and skipped."
    )
    var templates: String?

    @Flag(help: "Bring the database's schema up to date at the start; otherwise wait until somebody has.")
    var migrate = false

    @Option(help: "How much to log: trace, debug, info, notice, warning, error or critical.", transform: level)
    var logLevel = Logger.Level.info

    @Option(help: "Seconds that requests in flight may take when the server is told to stop.")
    var shutdownTimeout = 10

    @Flag(
        help:
            "Bind an address other than loopback although the API has no authentication: everybody who reaches the port may do everything."
    )
    var allowUnauthenticated = false

    @Option(
        help: ArgumentHelp(
            "A secret that signs hooks (repeatable, to change it without a gap), such as whsec_ and the base64 of 32 random bytes. Better, as others see arguments: the environment variable CAIRN_WEBHOOK_SECRET.",
            valueName: "whsec_…"))
    var webhookSecret: [String] = []

    @Option(
        help: ArgumentHelp(
            "An address, a network or a host that hooks may be posted to although it is not one of the Internet at large (repeatable). Also: the environment variable CAIRN_ALLOW_CALLBACK_TO.",
            valueName: "10.0.0.0/8"))
    var allowCallbackTo: [String] = []

    func validate() throws {
        if !(0...65_535).contains(port) { throw ValidationError("--port must be from 0 to 65535") }
        if !(1...3600).contains(shutdownTimeout) { throw ValidationError("--shutdown-timeout must be from 1 to 3600") }
    }
}

/// A log level by its name.
private func level(_ name: String) throws -> Logger.Level {
    guard let level = Logger.Level(rawValue: name) else {
        throw ValidationError("must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return level
}
