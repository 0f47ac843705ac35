#if canImport(System)
import System
#else
import SystemPackage
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The input of a program: a file without a name, written beforehand. So a program may read it late, partly or never.
enum StandardInput {
    /// Where the file is for a moment.
    static var directory: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

    /// A descriptor at the start of these bytes; whoever gets it closes it.
    static func descriptor(of bytes: [UInt8]) throws -> FileDescriptor {
        var template = Array((directory + "/cairn-input-XXXXXX").utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        unlink(template)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        let descriptor = FileDescriptor(rawValue: number)
        do {
            try descriptor.writeAll(bytes)
            try descriptor.seek(offset: 0, from: .start)
            return descriptor
        } catch {
            try? descriptor.close()
            throw error
        }
    }
}
