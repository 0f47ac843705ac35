import ArgumentParser
import CairnModel
import Foundation

/// `cairn psql [args…]`
struct Psql: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "psql", abstract: "Open psql on the database, set up to read Cairn's tables.",
        discussion: "What it does not know itself goes to psql: cairn psql -c 'select * from tasks'.")

    @OptionGroup var database: DatabaseOptions

    @Argument(parsing: .allUnrecognized, help: "Arguments of psql.")
    var arguments: [String] = []

    func run() throws {
        let url = try Database.runningURL(database)
        guard let program = Programs.find("psql", also: Programs.postgresDirectories) else {
            throw CommandError(
                .failed, "psql_missing", "psql is not installed", do: "Install it: apt install postgresql-client")
        }
        if isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, arguments.isEmpty {
            Streams.error(
                "Try: select * from tasks;  select * from steps where task_id = 1;  \\d+ tasks   (\\q to quit)")
        }
        for (name, value) in Self.pagerSettings(ProcessInfo.processInfo.environment) { setenv(name, value, 1) }
        setenv("PGOPTIONS", Self.options(getenv("PGOPTIONS").map { String(cString: $0) }), 1)
        try Programs.become(program, Self.arguments(url: url, more: arguments))
    }

    /// A readable default: records turned when they are wide, null told from nothing.
    static func arguments(url: String, more: [String]) -> [String] {
        ["-P", "expanded=auto", "-P", "null=∅", "-P", "linestyle=unicode", "-d", url] + more
    }

    /// The tables are drawn in UTF-8. Without a locale that says so, `less` would print their lines as `<E2><94><80>`.
    static func pagerSettings(_ environment: [String: String]) -> [String: String] {
        let isSet = ["LESSCHARSET", "LESSCHARDEF"].contains { environment[$0]?.isEmpty == false }
        return isSet ? [:] : ["LESSCHARSET": "utf-8"]
    }

    /// What the session begins with; what the user has set himself comes last and wins.
    static func options(_ own: String?) -> String {
        (["-c search_path=cairn,public", own].compactMap { $0 }).joined(separator: " ")
    }
}
