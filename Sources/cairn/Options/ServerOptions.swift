import ArgumentParser
import CairnClient
import Foundation

/// Where the server is.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The server (or CAIRN_SERVER; default: the one of the `cairn up` that runs in this project, else \
            \(CairnClient.defaultServer)).
            """, valueName: "url"))
    var server: String?

    /// A client of that server.
    func client(timeout: TimeInterval = 30) throws -> CairnClient {
        let address = ServerAddress(option: server)
        return try CairnClient(address.url, timeout: timeout, reason: address.reason)
    }
}
