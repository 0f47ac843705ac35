import ArgumentParser
import CairnModel
import CairnStore
import Postgres

/// `cairn migrate [--status | --roles]`
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database to this program's schema.")

    @Flag(help: "Only tell what is applied and what is not.")
    var status = false

    @Flag(help: "Make the database roles cairn_server, cairn_worker and cairn_auditor as well. Needs CREATEROLE.")
    var roles = false

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        try await Database.with(database) { url in
            try await Database.withStore(url) { store in
                if status {
                    try Self.tell(try await store.migrationStatus(), printer)
                } else {
                    let applied = try await store.migrate()
                    Self.tell(applied: applied, roles ? try await store.createRoles() : nil, printer)
                }
            }
        }
    }

    private static func tell(applied: [String], _ roles: DatabaseRoles?, _ printer: Printer) {
        printer.show(json(applied: applied, roles)) {
            var lines =
                applied.isEmpty
                ? [Line("The database is up to date")] : applied.map { Line([Span("✔ ", .green), Span($0)]) }
            for role in roles?.made ?? [] { lines.append(Line([Span("✔ ", .green), Span("role \(role) is made")])) }
            for role in roles?.found ?? [] { lines.append(Line("– role \(role) was there; it has what it needs")) }
            return lines
        }
    }

    private static func json(applied: [String], _ roles: DatabaseRoles?) -> JSON {
        var members = JSONObject([.init(name: "applied", value: .array(applied.map(JSON.string)))])
        if let roles {
            members["roles"] = .object([
                "made": .array(roles.made.map(JSON.string)), "found": .array(roles.found.map(JSON.string)),
            ])
        }
        return .object(members)
    }

    private static func tell(_ status: MigrationStatus, _ printer: Printer) throws {
        printer.show(json(status)) {
            var table = Table([.init(title: "file"), .init(title: "state"), .init(title: "applied")])
            for entry in status.entries {
                table.add([
                    Span(entry.name), Span(entry.state.rawValue, entry.state == .applied ? .green : .yellow),
                    Span(entry.appliedAt?.description ?? "", .dim),
                ])
            }
            return table.lines(width: printer.width)
        }
        if let problem = status.problem { throw CairnError(.schemaMismatch, problem) }
    }

    private static func json(_ status: MigrationStatus) -> JSON {
        .object([
            "current": .bool(status.isCurrent), "problem": JSON(status.problem),
            "files": .array(
                status.entries.map { entry in
                    .object([
                        "name": .string(entry.name), "state": .string(entry.state.rawValue),
                        "applied_at": JSON(entry.appliedAt?.description),
                    ])
                }),
        ])
    }
}
