import Foundation

/// The checkout that these tests are part of.
enum Repository {
    static func read(_ path: String) throws -> Data {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try Data(contentsOf: root.appending(path: path))
    }
}
