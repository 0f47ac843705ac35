import CairnLog
import CairnModel
import Postgres

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why the program ends, for a person: one line what, one line what to do; and the exit code for scripts.
struct Failure: Error {
    /// The exit codes of all of Cairn's programs.
    enum Code: Int32 {
        case failed = 1
        case badInput = 2
        case unreachable = 4
        case refused = 5
    }

    var code: Code
    var what: String
    var whatToDo: String?

    init(_ code: Code, _ what: String, whatToDo: String? = nil) {
        self.code = code
        self.what = what
        self.whatToDo = whatToDo
    }

    /// The failure that an error of a service is.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as CairnError where error.code == .schemaMismatch:
            self.init(.refused, error.message, whatToDo: error.hint)
        case let error as CairnError: self.init(.badInput, error.message, whatToDo: error.hint)
        case let error as PostgresError where error.code == .configuration:
            self.init(
                .badInput, error.message, whatToDo: "check --database-url, such as postgres://user@localhost:5432/cairn"
            )
        default: self.init(.failed, "\(error)")
        }
    }

    /// Says so on standard error, and ends the program.
    func exit() -> Never {
        printError("error: \(what)")
        if let whatToDo { printError(whatToDo) }
        Self.leave(code.rawValue)
    }

    private static func leave(_ code: Int32) -> Never {
        #if canImport(Glibc)
        Glibc.exit(code)
        #elseif canImport(Musl)
        Musl.exit(code)
        #else
        Darwin.exit(code)
        #endif
    }
}

/// Writes a line to standard error.
func printError(_ line: String) {
    StandardError.write(line + "\n")
}

/// Writes a line to standard output, at once.
func printLine(_ line: String) {
    var text = line + "\n"
    text.withUTF8 { bytes in _ = write(STDOUT_FILENO, bytes.baseAddress, bytes.count) }
}
