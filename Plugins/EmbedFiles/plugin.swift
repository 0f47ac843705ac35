import Foundation
import PackagePlugin

/// Turns files that a program carries into one Swift file of the target it is applied to: `embeddedFiles`.
@main
struct EmbedFiles: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = context.package.directoryURL
        let inputs = try Self.files(of: target.name, below: root)
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(inputs.count) files in \(target.name)",
                executable: try context.tool(named: "embed-files").url,
                arguments: [output.path(percentEncoded: false)] + inputs.map { $0.path(percentEncoded: false) },
                inputFiles: inputs,
                outputFiles: [output])
        ]
    }

    private static func files(of target: String, below root: URL) throws -> [URL] {
        switch target {
        case "CairnServer": [root.appending(path: "docs/openapi.json")]
        default:
            try ["tables", "views", "functions"].flatMap { part in
                try FileManager.default.contentsOfDirectory(
                    at: root.appending(path: "Migrations/\(part)"), includingPropertiesForKeys: nil
                )
                .filter { $0.pathExtension == "sql" }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
            }
        }
    }
}
