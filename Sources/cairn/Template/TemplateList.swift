import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn template list`
struct TemplateList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the registered templates.")

    @Option(help: ArgumentHelp("Of this namespace.", valueName: "ns")) var namespace: String?
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let client = try server.client()
        let templates = try await client.templates(namespace: namespace)
        printer.show(.array(templates.map(\.json))) { Self.table(templates).lines(width: printer.width) }
        if !printer.isJSON, templates.isEmpty {
            let absence = await client.absence(of: namespace)
            printer.remark(absence ?? "There are none; register some with `cairn template register Templates`")
        }
    }

    static func table(_ templates: [TemplateSummary]) -> Table {
        var table = Table([
            .init(title: "template"), .init(title: "version"), .init(title: "steps", isRight: true),
            .init(title: "identity"), .init(title: "description", shrinks: true),
        ])
        for template in templates {
            table.add([
                Span("\(template.namespace)/\(template.name)", .bold), Span(template.version),
                Span("\(template.stepCount)"),
                Span(template.identity ?? ""), Span(template.description ?? "", .dim),
            ])
        }
        return table
    }
}
