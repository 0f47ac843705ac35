import CairnClient
import Foundation

/// Where the server is, and why it is looked for there.
///
/// A `cairn up` may have another port than the usual one, at which another installation may listen. What is said in its
/// project is meant for it.
struct ServerAddress: Equatable {
    var url: String
    /// Why, as an error of connection tells it.
    var reason: String

    /// What was said comes first: the option, then the environment; then the `cairn up` that runs in this project.
    init(
        option: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
        project: Project = Project()
    ) {
        if let option {
            self.init(url: option, reason: "as --server says")
        } else if let named = environment["CAIRN_SERVER"], !named.isEmpty {
            self.init(url: named, reason: "as CAIRN_SERVER says")
        } else if let server = UpLock.state(at: project.lock)?.server, !server.isEmpty {
            self.init(url: server, reason: "that of the `cairn up` on \(project.data)")
        } else {
            self.init(
                url: CairnClient.defaultServer, reason: "the default, for no `cairn up` runs on \(project.data)")
        }
    }

    private init(url: String, reason: String) {
        self.url = url
        self.reason = reason
    }
}
