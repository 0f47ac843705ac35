import ArgumentParser
import CairnModel
import Foundation

/// The end of a command that did not do what it was to do.
struct Failure {
    private let error: any Error
    private let arguments: [String]

    init(_ error: any Error, arguments: [String]) {
        self.error = error
        self.arguments = arguments
    }

    /// Says what happened and ends the program.
    func exit() -> Never {
        if let error = parserError { return end(error) }
        if let code = (error as? ExitCode)?.rawValue { Foundation.exit(code) }
        // Help and the version are no failures: the parser prints them.
        if isFromParser { Cairn.exit(withError: error) }
        end(CommandError(error))
    }

    private func end(_ error: CommandError) -> Never {
        if !error.isSilent {
            var error = error
            error.whatToDo =
                error.whatToDo ?? Advice.general(error.status, command: CommandNames.path(of: arguments))
            if arguments.prefix(while: { $0 != "--" }).contains("--json") { Streams.json(error.json) }
            for line in Self.lines(error) { Streams.error(line) }
        }
        Foundation.exit(error.status.rawValue)
    }

    /// What goes to standard error.
    static func lines(_ error: CommandError) -> [String] {
        let style = Style(isColoured: Terminal.hasColours(descriptor: STDERR_FILENO))
        var lines = [style.apply(.red, "error:") + " " + sanitized(error.what)]
        lines += error.details.map { "  " + sanitized($0) }
        if let whatToDo = error.whatToDo { lines.append(sanitized(whatToDo)) }
        return lines
    }

    /// Errors that this program does not throw itself are the parser's.
    private var isFromParser: Bool {
        error is CleanExit || String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
    }

    /// What the parser has against the arguments, if that is what happened.
    private var parserError: CommandError? {
        guard isFromParser, Cairn.exitCode(for: error) == .validationFailure || error is ValidationError else {
            return nil
        }
        let problem = UsageProblem(Cairn.message(for: error), command: CommandNames.path(of: arguments))
        return .usage(problem.what, do: problem.whatToDo)
    }
}
