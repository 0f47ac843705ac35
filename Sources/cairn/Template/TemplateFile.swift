import CairnClient
import CairnModel
import Foundation

/// A template in a file, decoded and checked.
struct TemplateFile {
    var path: String
    var text: String
    var decoding: TemplateDecoding

    init(path: String) throws(CommandError) {
        let data = try TextFile.read(path)
        self.path = path
        text = String(decoding: data, as: UTF8.self)
        decoding = Template.decode(data, file: path)
    }

    /// The templates among files and in directories; of a directory everything below it that ends in `.json`, but for
    /// schemas and hidden files.
    static func read(_ paths: [String]) throws(CommandError) -> [TemplateFile] {
        var files: [TemplateFile] = []
        for path in paths {
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            guard exists, isDirectory.boolValue else {
                files.append(try TemplateFile(path: path))
                continue
            }
            let found = below(path)
            if found.isEmpty {
                throw .input(
                    "there are no templates in \(path)", do: "Name a directory that holds <namespace>/<name>.json")
            }
            for path in found { files.append(try TemplateFile(path: path)) }
        }
        return files
    }

    private static func below(_ directory: String) -> [String] {
        let root = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        let all = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        return all.filter { path in
            path.hasSuffix(".json") && !path.hasSuffix(".schema.json")
                && !path.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted().map { "\(root)/\($0)" }
    }

    /// What a server says of the file, with the file's name, but for what was found here already.
    func fresh(_ issues: [ProblemIssue]) -> [ProblemIssue] {
        issues.map { issue in
            var issue = issue
            issue.file = path
            return issue
        }.filter { issue in
            !decoding.issues.contains {
                $0.code == issue.code && $0.line == issue.line && $0.column == issue.column
                    && $0.message == issue.message
            }
        }
    }

    /// `example/linear_workflow 1.0.0, 4 steps`.
    var summary: String? {
        decoding.template.map { template in
            "\(template.namespace)/\(template.name) \(template.version), \(template.steps.count) step\(template.steps.count == 1 ? "" : "s")"
        }
    }

    /// The name that the template would be known by.
    var name: String? { decoding.template.map { "\($0.namespace)/\($0.name) \($0.version)" } }
}
