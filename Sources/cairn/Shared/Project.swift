import CairnModel
import Foundation

/// The directory that `cairn up` works for, and where it keeps its things.
struct Project: Sendable, Equatable {
    /// The nearest directory upwards that has `Templates/`; failing that, the current one.
    var root: String
    /// Where data, logs and reports are kept.
    var data: String

    init(data: String? = nil, from start: String = FileManager.default.currentDirectoryPath) {
        root = Self.root(from: start)
        let wanted = data ?? root + "/.cairn"
        self.data = wanted.hasPrefix("/") ? wanted : start + "/" + wanted
    }

    private static func root(from start: String) -> String {
        var place = URL(fileURLWithPath: start).standardizedFileURL
        while place.path != "/" {
            if isDirectory(place.path + "/Templates") { return place.path }
            place.deleteLastPathComponent()
        }
        return start
    }

    var templates: String { root + "/Templates" }
    var postgres: String { data + "/postgres" }
    var logs: String { data + "/logs" }
    var lock: String { data + "/up.lock" }
    var hasTemplates: Bool { Self.isDirectory(templates) }
    /// Whether an embedded database was made here.
    var hasDatabase: Bool { Self.isDirectory(postgres) || UpLock.state(at: lock) != nil }

    /// The namespaces that have templates here, sorted.
    var namespaces: [String] { foldersWithTemplates.filter(Self.isNamespace) }

    /// The folders with templates whose name no namespace can have, sorted. A worker for one could not be started.
    var foldersWithoutNamespace: [String] { foldersWithTemplates.filter { !Self.isNamespace($0) } }

    /// Whether a namespace may be called so: `[a-z][a-z0-9_]{0,62}`.
    private static func isNamespace(_ name: String) -> Bool {
        name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil && name.utf8.count <= TemplateLimits.nameLength
    }

    private var foldersWithTemplates: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: templates)) ?? []
        return names.filter { name in
            let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(templates)/\(name)")) ?? []
            return !name.hasPrefix(".") && files.contains { $0.hasSuffix(".json") }
        }.sorted()
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}
