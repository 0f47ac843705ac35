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

    /// The database that was named, in an option or in the environment.
    var named: String? {
        if let databaseURL { return databaseURL }
        let environment = ProcessInfo.processInfo.environment["DATABASE_URL"] ?? ""
        return environment.isEmpty ? nil : environment
    }
}
