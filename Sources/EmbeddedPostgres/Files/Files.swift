#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The few things to be done with files and directories.
enum Files {
    struct Status {
        var isDirectory: Bool
        var mode: UInt32
        var owner: uid_t
    }

    /// What is at a path itself; a symbolic link is not followed.
    static func status(_ path: String, followLinks: Bool = true) -> Status? {
        var status = stat()
        guard (followLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        let mode = UInt32(status.st_mode)
        return Status(isDirectory: mode & 0o170000 == 0o040000, mode: mode & 0o7777, owner: status.st_uid)
    }

    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// Whether there is something at a path. What cannot be looked at is not taken for absent.
    static func exists(_ path: String) throws -> Bool {
        if access(path, F_OK) == 0 { return true }
        if errno == ENOENT || errno == ENOTDIR { return false }
        throw EmbeddedPostgresError(
            .directory, "\(path) cannot be looked at: \(errorText())", do: advice(on: path))
    }

    /// That a path has to be used by this user, who may not: how its owner, or root, can change that.
    static func advice(on path: String) -> String {
        let me = Account.known(geteuid())?.name ?? "\(geteuid())"
        return "If nobody else uses it, take it over: sudo chown -R \(me): '\(path)'"
    }

    /// The names in a directory, sorted; nil when it cannot be read.
    static func list(_ path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// A small text file; nil when it cannot be read.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = unsafeRead(descriptor, &chunk), count > 0 { text += chunk[..<count] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func unsafeRead(_ descriptor: Int32, _ chunk: inout [UInt8]) -> Int {
        #if canImport(Darwin)
        Darwin.read(descriptor, &chunk, chunk.count)
        #elseif canImport(Musl)
        Musl.read(descriptor, &chunk, chunk.count)
        #else
        Glibc.read(descriptor, &chunk, chunk.count)
        #endif
    }

    /// Makes a directory and those above it. New ones above are for everybody to pass; the last has `mode`.
    static func makeDirectory(_ path: String, mode: mode_t) throws {
        if let status = status(path) {
            if status.isDirectory { return }
            throw EmbeddedPostgresError(
                .directory, "\(path) is not a directory", do: "Move it away, or choose another directory")
        }
        let parent = parent(of: path)
        if parent != path { try makeDirectory(parent, mode: 0o755) }
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw EmbeddedPostgresError(
                .directory, "\(path) cannot be made: \(errorText())", do: "Choose another directory, or allow it")
        }
    }

    static func own(_ path: String, by account: Account) throws {
        guard account.isOther, chown(path, account.userID, account.groupID) != 0 else { return }
        throw EmbeddedPostgresError(
            .directory, "\(path) cannot be given to \(account.name): \(errorText())",
            do: "Choose a directory on another file system")
    }

    /// The path from the root, without `.`, `..` and doubled slashes.
    static func absolute(_ path: String) -> String {
        var parts: [Substring] = []
        var full = path
        if !path.hasPrefix("/") {
            var buffer = [CChar](repeating: 0, count: 4096)
            let current = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "/"
            full = current + "/" + path
        }
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// A short name for a path: the same for the same path.
    static func shortName(_ path: String) -> String {
        let hash = path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 36)
    }

    static func errorText() -> String { String(cString: strerror(errno)) }
}
