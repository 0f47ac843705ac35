import ArgumentParser
import CairnClient
import Foundation

/// Where the server is.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The server (or CAIRN_SERVER; default: \(CairnClient.defaultServer)).", valueName: "url"))
    var server: String?

    /// The server's address.
    var address: String {
        if let server { return server }
        let environment = ProcessInfo.processInfo.environment["CAIRN_SERVER"] ?? ""
        return environment.isEmpty ? CairnClient.defaultServer : environment
    }

    /// A client of that server.
    func client(timeout: TimeInterval = 30) throws -> CairnClient { try CairnClient(address, timeout: timeout) }
}
