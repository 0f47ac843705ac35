package import CairnModel
import Foundation

/// The templates below a folder, `<namespace>/<name>.json`.
package struct TemplateFolder: Sendable {
    /// The templates that can be registered, in the order of their paths.
    package let templates: [Template]
    /// Everything there is to say about them, file by file.
    package let issues: [TemplateIssue]

    /// Whether some file is no valid template.
    package var hasErrors: Bool { issues.contains { $0.severity == .error } }

    /// Reads every `*/*.json` below `path`.
    ///
    /// - Throws: ``CairnError`` when the folder or a file cannot be read.
    package init(path: String) throws {
        var templates: [Template] = []
        var issues: [TemplateIssue] = []
        for file in try Self.files(below: path) {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw CairnError(.badRequest, "cannot read \(file)", hint: "check that the file may be read")
            }
            let decoding = Template.decode(data, file: file)
            issues += decoding.issues
            if let template = decoding.template { templates.append(template) }
        }
        self.templates = templates
        self.issues = issues
    }

    private static func files(below path: String) throws -> [String] {
        let manager = FileManager.default
        guard let folders = try? manager.contentsOfDirectory(atPath: path) else {
            throw CairnError(
                .badRequest, "cannot read the folder \(path)",
                hint: "name a folder that holds <namespace>/<name>.json, such as Templates")
        }
        return folders.filter { !$0.hasPrefix(".") }.sorted().flatMap { folder in
            ((try? manager.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? [])
                .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
                .map { "\(path)/\(folder)/\($0)" }
        }
    }
}
