#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What a running server writes about itself: `postmaster.pid`.
struct PostmasterFile: Equatable {
    var processID: Int32
    var socketDirectory: String
    /// `starting`, `stopping`, `ready` or `standby`.
    var status: String

    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first, let processID = Int32(first), processID > 0 else { return nil }
        self.processID = processID
        socketDirectory = lines.count > 4 ? lines[4] : ""
        status = lines.count > 7 ? String(lines[7].prefix { $0 != " " }) : "starting"
    }

    static func path(in directory: String) -> String { directory + "/postmaster.pid" }

    static func read(in directory: String) -> PostmasterFile? {
        Files.read(path(in: directory)).flatMap { PostmasterFile(text: $0) }
    }

    var isReady: Bool { status == "ready" }

    /// Whether that process is there and is a server on this directory; the number may have gone to another program.
    func isAlive(in directory: String) -> Bool {
        guard kill(processID, 0) == 0 || errno == EPERM else { return false }
        #if os(Linux)
        if let name = Files.read("/proc/\(processID)/comm"), !name.hasPrefix("postgres") { return false }
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/\(processID)/cwd", &buffer, buffer.count - 1)
        guard length > 0 else { return true }
        guard let resolved = realpath(directory, nil) else { return true }
        defer { free(resolved) }
        let current = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return current == String(cString: resolved)
        #else
        return true
        #endif
    }
}
