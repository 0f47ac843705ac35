import Foundation

/// The checkout that these tests are part of.
enum Repository {
    static func read(_ path: String, from file: String = #filePath) throws -> Data {
        var root = URL(filePath: file)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try Data(contentsOf: root.appending(path: path))
    }
}
