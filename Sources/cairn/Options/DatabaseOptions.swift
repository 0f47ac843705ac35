import ArgumentParser
import Foundation

/// Where the database is.
struct DatabaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The database (or DATABASE_URL; default: the one of `cairn up`).", valueName: "url"))
    var databaseURL: String?

    /// Where `cairn up` keeps its data, if not in the project.
    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("Where `cairn up` keeps its data (default: .cairn).", valueName: "dir"))
    var data: String?

    /// The database that was named, in an option or in the environment. Says so when that is not the one of the
    /// `cairn up` that runs here: what is then looked at or changed is not what that runs on.
    func named(in project: Project) -> String? {
        if let databaseURL { return databaseURL }
        guard let named else { return nil }
        if let running = UpLock.state(at: project.lock), running.databaseURL != named {
            Streams.error(
                "note: DATABASE_URL names another database than that of the `cairn up` that runs here "
                    + "(process \(running.processID)); for that one: env -u DATABASE_URL cairn …")
        }
        return named
    }

    private var named: String? {
        let environment = ProcessInfo.processInfo.environment["DATABASE_URL"] ?? ""
        return environment.isEmpty ? nil : environment
    }
}
