import CairnModel
package import Foundation
package import Logging

/// The log of Cairn's programs: one line an event on standard error, for people: time, level, message, and what it is about.
package struct StandardErrorLog: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]

    /// A log of what is at least as severe as this.
    package init(logLevel: Logger.Level) { self.logLevel = logLevel }

    /// A logger of this kind.
    package static func logger(label: String, level: Logger.Level) -> Logger {
        Logger(label: label) { _ in StandardErrorLog(logLevel: level) }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let line = line(level: event.level, message: event.message, metadata: event.metadata, at: .now)
        StandardError.write(line + "\n")
    }

    /// The line, without anything that a terminal would obey: messages may hold what a program or a server wrote.
    package func line(level: Logger.Level, message: Logger.Message, metadata more: Logger.Metadata?, at time: Date)
        -> String
    {
        var line = "\(time.ISO8601Format(.init(includingFractionalSeconds: true))) \(level) \(message)"
        let all = metadata.merging(more ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        return line.escapingControls
    }
}
