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
                    if roles { try await store.createRoles() }
                    Self.tell(applied: applied, printer)
                }
            }
        }
    }

    private static func tell(applied: [String], _ printer: Printer) {
        printer.show(["applied": .array(applied.map(JSON.string))]) {
            applied.isEmpty
                ? ["The database is up to date"]
                : applied.map { Line([Span("✔ ", .green), Span($0)]) }
        }
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
