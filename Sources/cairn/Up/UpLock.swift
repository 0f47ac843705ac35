import CairnModel
import Foundation

/// Keeps a second `up` from the same data. The system frees the lock however this program ends, so it is never stale.
///
/// The file says what runs, for every other command: where its database is, and its server.
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

    /// Who has the lock; what of it is known depends on how far that one has come.
    struct Holder: Sendable, Equatable {
        var processID: Int32?
        var server: String?

        var refusal: CommandError {
            let who = [processID.map { "process \($0)" }, server].compactMap { $0 }.joined(separator: ", ")
            return CommandError(
                .failed, "already_up", "`cairn up` runs already on this data" + (who.isEmpty ? "" : " (\(who))"),
                do: "Use that one, stop it with Ctrl-C where it runs, or choose other data with --data DIR")
        }
    }

    /// Takes the lock; throws when another `up` has it.
    static func take(_ path: String) throws(CommandError) -> UpLock {
        // The address of the database is in it, maybe with a password.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { _ = fchmod(descriptor, 0o600) }
        guard descriptor >= 0 else {
            throw CommandError(
                .failed, "directory", "\(path) cannot be written: \(String(cString: strerror(errno)))",
                do: "Check who owns it, or choose other data with --data DIR")
        }
        guard isLocked(descriptor) else {
            close(descriptor)
            throw (holder(of: path) ?? Holder()).refusal
        }
        let lock = UpLock(descriptor: descriptor)
        lock.write(["pid": JSON(getpid())])
        return lock
    }

    /// Whoever only looks has the lock for a moment as well: one that is not had at once is tried again for a while.
    private static func isLocked(_ descriptor: Int32) -> Bool {
        for _ in 0..<40 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(5000)
        }
        return false
    }

    /// Who has the lock; nil when nobody has.
    static func holder(of path: String) -> Holder? {
        guard isHeld(path) else { return nil }
        let json = json(path)
        return Holder(
            processID: json?["pid"]?.intValue.flatMap { Int32(exactly: $0) }, server: json?["server"]?.stringValue)
    }

    /// Writes down what runs.
    func write(_ state: State) { write(state.json) }

    private func write(_ json: JSON) {
        let bytes = Array((json.text + "\n").utf8)
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
        guard isHeld(path), let json = json(path),
            let processID = json["pid"]?.intValue.flatMap({ Int32(exactly: $0) }),
            let database = json["database_url"]?.stringValue
        else { return nil }
        return State(processID: processID, databaseURL: database, server: json["server"]?.stringValue ?? "")
    }

    private static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Whoever gets the lock knows that nobody runs.
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    private static func json(_ path: String) -> JSON? {
        FileManager.default.contents(atPath: path).flatMap { try? JSON.parse($0) }
    }
}
