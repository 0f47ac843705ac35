import ArgumentParser
import CairnModel
import Foundation

/// Where the program starts: parse, run, and turn whatever goes wrong into two lines and an exit code.
@main
enum Main {
    static func main() async {
        // A pager that quits must not look like a failure of its own kind.
        signal(SIGPIPE, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        // Not the configuration's version: that would put a second --version into the help of every command.
        if arguments == ["--version"] { return Streams.line(CairnVersion.current) }
        do {
            try CommandNames.check(arguments)
            var command = try Cairn.parseAsRoot(arguments)
            try RepeatedOptions.check(arguments, of: type(of: command))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Failure(error, arguments: arguments).exit()
        }
    }
}
