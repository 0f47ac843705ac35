import CairnModel
import Foundation

/// The templates below a folder, `<namespace>/<name>.json`.
package struct TemplateFolder: Sendable {
    /// What one file holds, as far as it can be told without a database.
    package struct File: Sendable {
        /// The path as it is shown to people.
        package let path: String
        /// Where it is put: the namespace and name that its template should have.
        let namespace: String
        let name: String
        let bytes: Data
        /// Nil when it has errors.
        let template: Template?
        let issues: [TemplateIssue]
    }

    /// The files in the order of their paths.
    package let files: [File]

    /// Reads every `*/*.json` below `path`; messages show them below `shown`. What cannot be read or used is an issue of
    /// that file, and does not stand in the way of the others.
    ///
    /// - Throws: ``CairnError`` when the folder itself cannot be read.
    package init(path: String, shownAs shown: String? = nil) throws {
        let manager = FileManager.default
        guard let folders = try? manager.contentsOfDirectory(atPath: path) else {
            throw CairnError(
                .badRequest, "cannot read the folder \(path)",
                hint: "name a folder that holds <namespace>/<name>.json, such as Templates")
        }
        files = folders.filter { !$0.hasPrefix(".") && Self.isFolder("\(path)/\($0)") }.sorted().flatMap { folder in
            let place = "\(shown ?? path)/\(folder)"
            guard let names = try? manager.contentsOfDirectory(atPath: "\(path)/\(folder)") else {
                return [File(unreadable: place, namespace: folder, name: "")]
            }
            return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().map { name in
                let title = String(name.dropLast(".json".count))
                // One byte more than a template may have shows that there is too much, without reading all of it.
                guard let handle = FileHandle(forReadingAtPath: "\(path)/\(folder)/\(name)"),
                    let bytes = try? handle.read(upToCount: TemplateLimits.bytes + 1) ?? Data()
                else {
                    return File(unreadable: "\(place)/\(name)", namespace: folder, name: title)
                }
                let decoding = Template.decode(bytes, file: "\(place)/\(name)")
                return File(
                    path: "\(place)/\(name)", namespace: folder, name: title, bytes: bytes,
                    template: decoding.template, issues: decoding.issues)
            }
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}

extension TemplateFolder.File {
    /// A file, or a folder of them, that may not be read.
    fileprivate init(unreadable path: String, namespace: String, name: String) {
        self.init(
            path: path, namespace: namespace, name: name, bytes: Data(), template: nil,
            issues: [TemplateIssue(unreadable: path)])
    }
}
