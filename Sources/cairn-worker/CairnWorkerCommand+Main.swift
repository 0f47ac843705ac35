import ArgumentParser
import CairnLog
import CairnModel
import Foundation

extension CairnWorkerCommand {
    /// The exit status of wrong arguments.
    static let badUsage: Int32 = 2
    /// The exit status when the database does not let the worker in.
    static let refused: Int32 = 5

    /// Runs the command; wrong arguments end it with two lines, what and what to do, and with status 2 instead of
    /// ArgumentParser's 64.
    static func main() async {
        do {
            let command = try parse()
            try await command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            let problem = UsageProblem(message(for: error), command: "cairn-worker")
            end(badUsage, problem.what, problem.whatToDo)
        }
    }

    /// Ends the program with two lines, what and what to do.
    static func end(_ status: Int32, _ what: String, _ whatToDo: String) -> Never {
        StandardError.write("error: \(what.escapingControls)\n\(whatToDo.escapingControls)\n")
        Foundation.exit(status)
    }
}
