import CairnClient
import CairnModel
import Foundation

/// A template in a file, decoded and checked.
struct TemplateFile {
    var path: String
    var text: String
    var decoding: TemplateDecoding

    init(path: String) throws(CommandError) {
        // One byte more than a template may have shows that there is too much, without reading all of it.
        let data = try TextFile.read(path, upTo: TemplateLimits.bytes + 1)
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
            let found = try below(path)
            if found.isEmpty {
                throw .input(
                    "there are no templates in \(path)", do: "Name a directory that holds <namespace>/<name>.json")
            }
            for path in found { files.append(try TemplateFile(path: path)) }
        }
        return files
    }

    private static func below(_ directory: String) throws(CommandError) -> [String] {
        let root = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw .input("the directory \(root) cannot be read", do: "Check who may read it")
        }
        var files: [String] = []
        for name in names where !name.hasPrefix(".") {
            let path = "\(root)/\(name)"
            // Links to directories are not followed: they may lead back.
            let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            if type == .typeDirectory {
                files += try below(path)
            } else if name.hasSuffix(".json"), !name.hasSuffix(".schema.json") {
                files.append(path)
            }
        }
        return files.sorted()
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
