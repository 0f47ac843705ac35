import ArgumentParser
import CairnClient
import CairnModel

/// `cairn template register FILE…|DIR`
struct TemplateRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Register templates with the server; all are checked first.",
        discussion: "Registering the same content again changes nothing. A version that is registered never changes.")

    @Argument(help: "Templates, or directories of them.")
    var paths: [String]

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let client = try server.client()
        let files = try TemplateFile.read(paths)
        let issues = files.flatMap(\.decoding.issues)
        if issues.contains(where: { $0.severity == .error }) {
            throw CommandError(
                .badInput, .invalidTemplate, "nothing was registered, for there are templates that cannot be used",
                do: "Mend what is listed above, and register again", details: issues.map(\.description))
        }
        var registered: [JSON] = []
        for file in files {
            let template = try await register(file, client)
            registered.append(template.json)
            guard !printer.isJSON else { continue }
            for warning in file.decoding.warnings { printer.remark(warning.description) }
            for warning in file.fresh(template.warnings) { printer.remark(warning.description) }
            let summary = template.summary
            printer.show([
                Line([
                    Span("✔ ", .green), Span("\(summary.namespace)/\(summary.name) \(summary.version)"),
                    Span("  \(file.path)", .dim),
                ])
            ])
        }
        if printer.isJSON { Streams.json(JSON.array(registered)) }
    }

    /// Registers one; an error tells which one it was.
    private func register(_ file: TemplateFile, _ client: CairnClient) async throws -> TemplateObject {
        do {
            return try await client.registerTemplate(file.text)
        } catch {
            guard error.status != nil else { throw error }
            var failure = CommandError(error)
            failure.what = "\(file.path): \(failure.what)"
            if error.code == .invalidTemplate, !error.issues.isEmpty {
                failure.what = "\(file.path) cannot be registered"
                failure.details = file.fresh(error.issues).map(\.description)
            }
            throw failure
        }
    }
}
