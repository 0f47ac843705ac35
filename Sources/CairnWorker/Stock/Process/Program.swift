#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A program on this machine.
struct Program: Sendable {
    /// What the template calls it.
    let given: String
    /// Its path, symbolic links not followed.
    let absolute: String
    /// Its path, symbolic links followed.
    let resolved: String

    /// Finds a program: a name without `/` through `PATH`, any other from the worker's working directory. Nil when there
    /// is none.
    static func find(_ given: String) -> Program? {
        guard !given.isEmpty, !given.contains("\0") else { return nil }
        if given.contains("/") {
            return at(given.hasPrefix("/") ? given : workingDirectory + "/" + given, given: given)
        }
        let path = getenv("PATH").map { String(cString: $0) } ?? ProcessEnvironment.defaultPath
        for directory in path.split(separator: ":") where directory.hasPrefix("/") {
            if let program = at(directory + "/" + given, given: given), access(program.absolute, X_OK) == 0 {
                return program
            }
        }
        return nil
    }

    private static func at(_ path: String, given: String) -> Program? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return Program(given: given, absolute: path, resolved: String(cString: resolved))
    }

    /// The worker's working directory, symbolic links followed.
    static var workingDirectory: String {
        guard let path = realpath(".", nil) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }
}
