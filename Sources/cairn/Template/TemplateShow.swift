import ArgumentParser
import CairnClient
import CairnModel

/// `cairn template show NS/NAME`
struct TemplateShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a registered template and its steps.")

    @Argument(help: "The template: namespace/name or namespace/name@version.")
    var template: String

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let name = try TemplateName(template)
        let client = try server.client()
        let template = try await client.naming(name) {
            try await client.template(name.namespace, name.name, version: name.version)
        }
        printer.show(template.json) { Self.lines(template, width: printer.width) }
    }

    static func lines(_ template: TemplateObject, width: Int) -> [Line] {
        let summary = template.summary
        var lines = [Line([Span("\(summary.namespace)/\(summary.name)", .bold), Span(" \(summary.version)")])]
        if let description = summary.description { lines.append(Line("  " + description)) }
        lines.append(
            Line("  identity \(summary.identity ?? "?") · versions \(template.versions.joined(separator: ", "))", .dim))
        var table = Table([
            .init(title: "no", isRight: true), .init(title: "step"), .init(title: "handler"),
            .init(title: "timeout", isRight: true),
            .init(title: "attempts", isRight: true), .init(title: "backoff"), .init(title: "after", shrinks: true),
        ])
        for step in template.steps {
            func text(_ name: String) -> String {
                step[name]?.stringValue ?? step[name]?.intValue.map(String.init) ?? ""
            }
            let timeout = step["timeout_ms"]?.intValue.map { Milliseconds(rawValue: $0).description }
            table.add([
                Span(text("step_no"), .dim), Span(text("name")), Span(text("handler")), Span(timeout ?? ""),
                Span(text("max_attempts")), Span(text("backoff")),
                Span((step["depends_on"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", "), .dim),
            ])
        }
        return lines + [Line()] + table.lines(width: width)
    }
}
