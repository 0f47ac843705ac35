import ArgumentParser
import CairnModel

/// Finds a mistyped command before the parser reports it as "unexpected argument".
enum CommandNames {
    /// Throws when a word stands where a command is to stand, and is none.
    static func check(_ arguments: [String]) throws {
        var path: [String] = ["cairn"]
        var command: any ParsableCommand.Type = Cairn.self
        for argument in arguments {
            let subcommands = command.configuration.subcommands
            if subcommands.isEmpty || argument.hasPrefix("-") || argument == "help" { return }
            guard let next = subcommands.first(where: { name(of: $0) == argument }) else {
                throw unknown(argument, among: subcommands.map(name(of:)), path: path)
            }
            command = next
            path.append(argument)
        }
    }

    /// The words of a command line that name the command: `cairn task show`.
    static func path(of arguments: [String]) -> String {
        var path: [String] = ["cairn"]
        var command: any ParsableCommand.Type = Cairn.self
        for argument in arguments {
            guard let next = command.configuration.subcommands.first(where: { name(of: $0) == argument }) else { break }
            command = next
            path.append(argument)
        }
        return path.joined(separator: " ")
    }

    private static func unknown(_ word: String, among names: [String], path: [String]) -> CommandError {
        let place = path.joined(separator: " ")
        if let meant = nearest(word, in: names) {
            return .usage("`\(place)` has no command \"\(word)\"", do: "Did you mean `\(place) \(meant)`?")
        }
        return .usage(
            "`\(place)` has no command \"\(word)\"",
            do: "It has \(names.joined(separator: ", ")); see `\(place) --help`")
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? command._commandName
    }
}
