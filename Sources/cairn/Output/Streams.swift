import CairnModel
import Foundation

/// Standard output and standard error, unbuffered, so that lines of both keep their order and nothing is lost at exit.
enum Streams {
    /// Writes text to standard output. When nobody reads it any more, the program is over; so it is when it cannot be
    /// written, as on a full disk, for then what was asked for is not there.
    static func out(_ text: String) {
        if write(text, to: STDOUT_FILENO) { return }
        let number = errno
        if number == EPIPE { exit(141) }
        error("error: standard output cannot be written: \(String(cString: strerror(number)))")
        error("Make room where it goes, or send it elsewhere; then run the command again")
        exit(ExitStatus.failed.rawValue)
    }

    /// Writes a JSON document to standard output, in one line and without anything that a terminal would obey.
    static func json(_ json: JSON) { line(json.text.escapingControlsAsJSON) }

    /// Writes a line to standard output.
    static func line(_ text: String) { out(text + "\n") }

    /// Writes a line to standard error.
    static func error(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(
                    descriptor, UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: rest)).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    usleep(1000)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
