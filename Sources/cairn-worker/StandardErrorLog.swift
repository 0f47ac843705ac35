import CairnModel
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
        let line = line(level: event.level, message: event.message, metadata: event.metadata, at: .now)
        StandardError.write(line + "\n")
    }

    /// The line, without anything that a terminal would obey: messages may hold what a program or a server wrote.
    func line(level: Logger.Level, message: Logger.Message, metadata more: Logger.Metadata?, at time: Date) -> String {
        var line = "\(time.ISO8601Format(.init(includingFractionalSeconds: true))) \(level) \(message)"
        let all = metadata.merging(more ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        return line.escapingControls
    }
}
