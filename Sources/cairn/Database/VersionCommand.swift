import ArgumentParser
import CairnModel
import CairnStore

/// `cairn version`
struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the versions of this program and of the database's schema.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let carried = Migration.all.filter(\.isTable).last?.name
        let schema = await schema()
        let printer = output.printer
        printer.show(
            .object([
                "version": .string(CairnVersion.current), "swift": .string(Version.swift), "schema": JSON(carried),
                "database": .string(schema),
            ])
        ) {
            [
                Line([Span("cairn \(CairnVersion.current)", .bold)]), Line("swift     \(Version.swift)"),
                Line("schema    \(carried ?? "none")"), Line("database  \(schema)"),
            ]
        }
    }

    /// What the database has, as far as it can be asked.
    private func schema() async -> String {
        do {
            let url = try Database.runningURL(database)
            return try await Database.withStore(url) { store in
                let status = try await store.migrationStatus()
                if let problem = status.problem { return problem }
                let last = status.entries.last { $0.state == .applied && $0.name.hasPrefix("tables/") }
                let text = last?.name ?? "not migrated"
                return status.isCurrent || last == nil ? text : "\(text), not up to date: run `cairn migrate`"
            }
        } catch {
            return CommandError(error).what
        }
    }
}
