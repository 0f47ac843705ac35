#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What signals do to this process.
enum SignalDisposition {
    /// Writing to a pipe or socket whose other end is gone is an error of that write, not the end of the process.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
