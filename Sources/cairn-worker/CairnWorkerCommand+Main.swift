import ArgumentParser
import CairnModel
import Foundation

extension CairnWorkerCommand {
    /// The exit status of wrong arguments.
    static let badUsage: Int32 = 2

    /// Runs the command; wrong arguments end it with two lines, what and what to do, and with status 2 instead of
    /// ArgumentParser's 64.
    static func main() async {
        do {
            let command = try parse()
            try await command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            let problem = UsageProblem(message(for: error), command: "cairn-worker")
            let text = "error: \(problem.what.escapingControls)\n\(problem.whatToDo.escapingControls)\n"
            FileHandle.standardError.write(Data(text.utf8))
            Foundation.exit(badUsage)
        }
    }
}
