import Logging
import Synchronization

/// The lines of a log, for tests.
final class CapturedLog: Sendable {
    private let entries = Mutex<[String]>([])
    private let level: Logger.Level

    init(_ level: Logger.Level = .info) { self.level = level }

    /// Messages of the level (info unless said) and above, with the values of their metadata.
    var lines: [String] { entries.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(log: self, logLevel: level) }
    }

    func count(of text: String) -> Int { lines.count { $0.contains(text) } }

    private func append(_ line: String) { entries.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var logLevel: Logger.Level
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
            log.append("\(event.level) \(event.message) " + all.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
        }
    }
}
