import Foundation
import Logging

/// The log: one line an event on standard error, for people: time, level, message, and what it is about.
struct StandardErrorLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    /// A logger of this kind.
    static func logger(label: String, level: Logger.Level) -> Logger {
        Logger(label: label) { _ in StandardErrorLog(logLevel: level) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = "\(Date.now.ISO8601Format(.init(includingFractionalSeconds: true))) \(event.level) \(event.message)"
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        line = line.replacing("\n", with: "\\n").replacing("\r", with: "\\r")
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
