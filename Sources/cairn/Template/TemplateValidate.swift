import ArgumentParser
import CairnClient
import CairnModel

/// `cairn template validate FILE…|DIR`
struct TemplateValidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check templates, offline: every error at once, with its place.",
        discussion: "With --server, the server is asked as well: it knows its workers' handlers and PostgreSQL's paths."
    )

    @Argument(help: "Templates, or directories of them.")
    var paths: [String]

    @Option(help: ArgumentHelp("Ask this server as well.", valueName: "url"))
    var server: String?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let client = try server.map { try CairnClient($0) }
        var reports: [TemplateReport] = []
        for file in try TemplateFile.read(paths) {
            var report = TemplateReport(file)
            if let client, report.isValid { report.add(try await client.validateTemplate(file.text)) }
            reports.append(report)
            if !printer.isJSON { report.show(printer) }
        }
        let wrong = reports.count { !$0.isValid }
        if printer.isJSON {
            Streams.json(JSON.object(["valid": .bool(wrong == 0), "files": .array(reports.map(\.json))]))
        }
        guard wrong > 0 else { return }
        if !printer.isJSON {
            printer.remark(
                "error: \(wrong) of \(reports.count) template\(reports.count == 1 ? "" : "s") cannot be used")
            printer.remark("Mend what is listed; docs/template-reference.md says what a template may hold")
        }
        throw CommandError.silentBadInput
    }
}

extension JSON {
    /// An object of members in order.
    static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
        .object(JSONObject(members.map { .init(name: $0.key, value: $0.value) }))
    }
}
