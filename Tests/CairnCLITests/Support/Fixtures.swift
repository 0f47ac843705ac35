import CairnClient
import CairnModel
import Foundation

/// Replies of a real server, kept as files.
enum Fixtures {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("CLIFixtures").path

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(directory)/\(name).json", encoding: .utf8)
    }

    static func json(_ name: String) throws -> JSON { try JSON.parse(try text(name)) }

    static func task(_ name: String) throws -> TaskObject { try TaskObject(json: try json(name)) }

    /// A moment as the fixtures have it.
    static func date(_ text: String) throws -> Date {
        guard let date = Timestamp(text).date else { throw CocoaError(.formatting) }
        return date
    }
}
