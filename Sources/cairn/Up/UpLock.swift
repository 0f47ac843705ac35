import CairnModel
import Foundation

/// Keeps a second `up` from the same data. The system frees the lock however this program ends, so it is never stale.
///
/// The file says what runs, for `cairn psql` and `cairn migrate`.
final class UpLock: Sendable {
    /// What a running `up` says about itself.
    struct State: Sendable, Equatable {
        var processID: Int32
        var databaseURL: String
        var server: String

        var json: JSON {
            ["pid": JSON(processID), "database_url": .string(databaseURL), "server": .string(server)]
        }
    }

    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Takes the lock; throws when another `up` has it.
    static func take(_ path: String) throws(CommandError) -> UpLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandError(.failed, "directory", "\(path) cannot be written", do: "Check who owns that directory")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            let other = read(path)
            let who = other.map { " (process \($0.processID), \($0.server))" } ?? ""
            throw CommandError(
                .failed, "already_up", "`cairn up` runs already on this data\(who)",
                do: "Use that one, stop it with Ctrl-C where it runs, or choose other data with --data DIR")
        }
        ftruncate(descriptor, 0)
        return UpLock(descriptor: descriptor)
    }

    /// Writes down what runs.
    func write(_ state: State) {
        let bytes = Array((state.json.text + "\n").utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }

    /// Empties the file and gives the lock back.
    func release() {
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    /// What runs on this data; nil when nothing does.
    static func state(at path: String) -> State? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // Whoever gets the lock knows that nobody runs.
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
        return read(path)
    }

    private static func read(_ path: String) -> State? {
        guard let data = FileManager.default.contents(atPath: path), let json = try? JSON.parse(data),
            let processID = json["pid"]?.intValue.flatMap({ Int32(exactly: $0) }),
            let database = json["database_url"]?.stringValue
        else { return nil }
        return State(processID: processID, databaseURL: database, server: json["server"]?.stringValue ?? "")
    }
}
