import ArgumentParser
import Foundation

extension CairnWorkerCommand {
    /// The exit status of wrong arguments.
    static let badUsage: Int32 = 2

    /// Runs the command; wrong arguments end it with status 2 instead of ArgumentParser's 64.
    static func main() async {
        do {
            let command = try parse()
            try await command.run()
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(badUsage)
        }
    }
}
