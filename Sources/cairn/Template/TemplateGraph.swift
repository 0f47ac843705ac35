import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn template graph FILE|NS/NAME`
struct TemplateGraph: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Draw the steps of a template, from a file or from the server.")

    @Argument(help: "A file, or namespace/name[@version] of a registered template.")
    var template: String

    @OptionGroup var graph: GraphOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        graph.show(try await drawing(), output.printer)
    }

    private func drawing() async throws -> GraphDrawing {
        if template.hasSuffix(".json") || FileManager.default.fileExists(atPath: template) {
            let file = try TemplateFile(path: template)
            guard let template = file.decoding.template else {
                throw CommandError(
                    .badInput, .invalidTemplate, "\(file.path) is no template that can be drawn",
                    do: "Mend what is listed",
                    details: file.decoding.issues.map(\.description))
            }
            return GraphDrawing(template)
        }
        let name = try TemplateName(template)
        let client = try server.client()
        let found = try await client.naming(name) {
            try await client.template(name.namespace, name.name, version: name.version)
        }
        return GraphDrawing(
            found.steps.map { step in
                GraphNode(
                    name: sanitized(step["name"]?.stringValue ?? "?"),
                    dependsOn: (step["depends_on"]?.arrayValue ?? []).compactMap(\.stringValue).map(sanitized))
            })
    }
}
