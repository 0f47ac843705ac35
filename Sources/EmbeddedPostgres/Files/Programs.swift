import Subprocess

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// Runs short programs to their end.
enum Programs {
    struct Outcome {
        var isSuccess: Bool
        var output: String
        var errors: String
    }

    /// Runs a program by its full path as some user, with a working directory that everybody can enter.
    static func run(
        _ path: String, _ arguments: [String], as account: Account? = nil, input: String = ""
    ) async throws -> Outcome {
        let command = try account?.command(path, arguments) ?? (path, arguments)
        let result = try await Subprocess.run(
            .path(FilePath(command.0)), arguments: Arguments(command.1), workingDirectory: "/",
            platformOptions: Account.platformOptions, input: .string(input),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return Outcome(
            isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput,
            errors: result.standardError)
    }

    /// The last lines of what a program said, for an error.
    static func tail(_ text: String, lines: Int = 5) -> String {
        text.split(separator: "\n").suffix(lines).joined(separator: "; ")
    }
}
