import Foundation

/// The checkout that these tests are part of.
enum Repository {
    private static var root: URL {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root
    }

    static func read(_ path: String) throws -> Data { try Data(contentsOf: root.appending(path: path)) }

    /// The files below a folder whose names end so, as paths from the root.
    static func files(in folder: String, suffix: String) throws -> [String] {
        let place = root.appending(path: folder).path(percentEncoded: false)
        return try FileManager.default.subpathsOfDirectory(atPath: place).filter { $0.hasSuffix(suffix) }
            .map { "\(folder)/\($0)" }
    }
}
