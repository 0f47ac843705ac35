extension IssueCollector {
    private mutating func wrongType(_ value: Located, _ expected: String) {
        report(.wrongType, at: value.pointer, "expected \(expected); found \(value.value.kindName)")
    }

    mutating func object(_ value: Located, as what: String) -> JSONObject? {
        if case .object(let object) = value.value { return object }
        wrongType(value, "an object for \(what)")
        return nil
    }

    mutating func string(_ value: Located?) -> String? {
        guard let value else { return nil }
        if case .string(let text) = value.value { return text }
        wrongType(value, "a string")
        return nil
    }

    mutating func array(_ value: Located?, of what: String) -> [Located]? {
        guard let value else { return nil }
        if case .array(let values) = value.value { return values.enumerated().map { value.element($0, $1) } }
        wrongType(value, "an array of \(what)")
        return nil
    }

    /// A name by the rule `[a-z][a-z0-9_]*`, or with dots for handlers.
    mutating func name(_ value: Located?, _ what: String, longest: Int, dots: Bool = false) -> String? {
        guard let value, let text = string(value) else { return nil }
        let letters = 0x61...0x7A as ClosedRange<UInt8>
        let isName = text.utf8.allSatisfy {
            letters.contains($0) || JSONScanner.isDigit($0) || $0 == UInt8(ascii: "_")
                || dots && $0 == UInt8(ascii: ".")
        }
        guard isName, let first = text.utf8.first, letters.contains(first) else {
            let marks = dots ? "digits, '_' and '.'" : "digits and '_'"
            report(
                .invalidName, at: value.pointer, "\"\(text)\" cannot be the name of \(what)",
                hint: "begin with a letter a-z; then letters a-z, \(marks)")
            return nil
        }
        guard text.utf8.count <= longest else {
            report(
                .invalidName, at: value.pointer, "the name of \(what) has \(text.utf8.count) characters",
                hint: "use at most \(longest)")
            return nil
        }
        return text
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: Located?, of _: Choice.Type
    ) -> Choice? {
        guard let value, let text = string(value) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        report(
            .invalidValue, at: value.pointer, "\"\(text)\" is not allowed here",
            hint: suggestion(text, Choice.allCases.map(\.rawValue)))
        return nil
    }

    mutating func duration(_ value: Located?, in range: ClosedRange<Milliseconds>) -> Milliseconds? {
        guard let value else { return nil }
        guard case .string(let text) = value.value else {
            wrongType(value, "a duration such as \"30s\"")
            return nil
        }
        guard let duration = Milliseconds(text) else {
            report(
                .invalidDuration, at: value.pointer, "\"\(text)\" is no duration",
                hint: "write a whole number and one unit: \"250ms\", \"30s\", \"5m\", \"2h\" or \"7d\"")
            return nil
        }
        guard range.contains(duration) else {
            report(
                .outOfRange, at: value.pointer, "\(text) is out of range",
                hint: "use \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return duration
    }

    mutating func boolean(_ value: Located?) -> Bool? {
        guard let value else { return nil }
        if case .bool(let bool) = value.value { return bool }
        wrongType(value, "true or false")
        return nil
    }

    mutating func integer(_ value: Located?, in range: ClosedRange<Int>) -> Int? {
        guard let value else { return nil }
        guard case .number(let number) = value.value else {
            wrongType(value, "a whole number")
            return nil
        }
        guard let integer = number.intValue, range.contains(Int(integer)) else {
            report(
                .outOfRange, at: value.pointer, "\(shown(number)) is not allowed here",
                hint: "use a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return Int(integer)
    }

    mutating func number(_ value: Located?, in range: ClosedRange<Double>) -> Double? {
        guard let value else { return nil }
        guard case .number(let number) = value.value else {
            wrongType(value, "a number")
            return nil
        }
        guard let double = number.doubleValue, range.contains(double) else {
            report(
                .outOfRange, at: value.pointer, "\(shown(number)) is out of range",
                hint: "use a number from \(JSONNumber(range.lowerBound)?.canonicalLiteral ?? "") to "
                    + "\(JSONNumber(range.upperBound)?.canonicalLiteral ?? "")")
            return nil
        }
        return double
    }

    /// A number for a message: its text unless that is very long.
    private func shown(_ number: JSONNumber) -> String {
        number.literal.utf8.count <= 40 ? number.literal : "a number of \(number.literal.utf8.count) characters"
    }
}
