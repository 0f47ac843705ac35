import ArgumentParser
import CairnModel
import Foundation

/// Who does it, and why: every action of an operator needs both.
struct WhoAndWhyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Why it is done; kept with the action.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("Who does it (default: your login name).", valueName: "name"))
    var by: String?

    var whoAndWhy: WhoAndWhy { WhoAndWhy(by: by ?? Self.loginName, reason: reason) }

    func validate() throws {
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason must say why") }
    }

    /// The name under which the user is logged in.
    static var loginName: String {
        let user = ProcessInfo.processInfo.environment["USER"] ?? ""
        return user.isEmpty ? NSUserName() : user
    }
}
