/// What is wrong with the arguments of a program, in two lines: what, and what to do.
package struct UsageProblem: Sendable, Equatable {
    /// What is wrong.
    package let what: String
    /// What to do about it.
    package let whatToDo: String

    /// From the words of the argument parser, or of a check of ours whose second line says what to do.
    ///
    /// The parser's own suggestion, such as "Did you mean '--json'?", goes to the line that says what to do.
    package init(_ message: String, command: String) {
        let lines = message.split(whereSeparator: \.isNewline).map(String.init)
        var what = lines.first ?? "the arguments are wrong"
        var advice = lines.count == 2 ? lines[1] : "See `\(command) --help`"
        if let suggestion = what.firstRange(of: ". Did you mean ") {
            advice = "Did you mean " + what[suggestion.upperBound...]
            what = String(what[..<suggestion.lowerBound])
        }
        self.what = what.prefix(1).lowercased() + what.dropFirst()
        whatToDo = advice.prefix(1).uppercased() + advice.dropFirst()
    }
}
