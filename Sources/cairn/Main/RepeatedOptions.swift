import ArgumentParser
import CairnModel

/// Finds an option with one value that was given more than once. The parser takes the last and forgets the others, which
/// in a filter means other tasks than those that were asked for.
enum RepeatedOptions {
    /// Throws when an option of `command` that takes one value stands in `arguments`, which were parsed as that command,
    /// more than once.
    static func check(_ arguments: [String], of command: any ParsableCommand.Type) throws {
        let given = words(arguments)
        guard Set(given).count < given.count else { return }
        for option in try options(of: command) {
            let uses = given.filter { option.contains($0) }
            guard uses.count > 1, let name = uses.last else { continue }
            let often = uses.count == 2 ? "twice" : "\(uses.count) times"
            throw CommandError.usage("\(name) is given \(often)", do: "Give it once")
        }
    }

    /// The words that name options. The parser takes no word that begins with a hyphen for the value of the option before
    /// it, and none behind `--` for an option.
    private static func words(_ arguments: [String]) -> [String] {
        arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
            .map { String($0.prefix { $0 != "=" }) }
    }

    /// The names of each option that takes one value, in the words of the command line, as the parser describes them.
    private static func options(of command: any ParsableCommand.Type) throws -> [Set<String>] {
        let described = try JSON.parse(command._dumpHelp())["command"]?["arguments"]?.arrayValue ?? []
        return described.filter { $0["kind"] == "option" && $0["isRepeating"] == false }.map { option in
            Set(
                (option["names"]?.arrayValue ?? []).compactMap { name in
                    name["kind"] == "long" ? name["name"]?.stringValue.map { "--" + $0 } : nil
                })
        }
    }
}
