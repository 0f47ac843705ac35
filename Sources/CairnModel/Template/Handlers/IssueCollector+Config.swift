extension IssueCollector {
    /// Checks that a handler of the reserved prefix is a stock handler, and its `config`; other handlers take what they
    /// like.
    mutating func checkConfig(of name: String, _ step: Fields<StepKey>) {
        guard name.hasPrefix(StockHandler.prefix) else { return }
        guard let handler = StockHandler.named(name) else {
            let known = StockHandler.all.map(\.name)
            // No worker can ever have it: the step would wait for ever.
            report(
                .unknownHandler, at: step[.handler]?.pointer ?? step.pointer, "there is no stock handler \"\(name)\"",
                hint: didYouMean(name, in: known)
                    ?? "known here: \(known.joined(separator: ", ")); "
                    + "a handler of your own cannot begin with \"\(StockHandler.prefix)\"")
            return
        }
        let config = step[.config]
        if let config, case .object(let object) = config.value {
            for member in object { checkSetting(member, of: handler, at: config) }
        }
        for parameter in handler.parameters where parameter.isRequired {
            let given = config?.value[parameter.name] != nil || provides(parameter.name, step[.input]?.value)
            guard !given else { continue }
            report(
                .configMissingKey, at: config?.pointer ?? step.pointer, "\(name) needs \"\(parameter.name)\"",
                hint: "add it to config or, as a path, to input")
        }
    }

    /// Whether `input` may provide a setting: an object by its keys; what a single path gives is not known before.
    private func provides(_ key: String, _ input: JSON?) -> Bool {
        switch input {
        case .object(let object): object[key] != nil
        case .string(let text): InputText(text).isPath
        default: false
        }
    }

    private mutating func checkSetting(_ member: JSONObject.Member, of handler: StockHandler, at config: Located) {
        let value = config.member(member.name, member.value)
        guard let parameter = handler.parameters.first(where: { $0.name.hasSameScalars(as: member.name) }) else {
            let known = handler.parameters.map(\.name)
            report(
                .configUnknownKey, at: value.pointer, ofName: true, "\(handler.name) has no setting \"\(member.name)\"",
                hint: known.isEmpty ? "remove it: \(handler.name) takes no config" : suggestion(member.name, known))
            return
        }
        guard let expected = parameter.shape.refusal(of: member.value) else { return }
        report(
            .configInvalidValue, at: value.pointer, "\"\(parameter.name)\" of \(handler.name) cannot be this value",
            hint: "use \(expected)")
    }
}

extension StockHandler.Shape {
    /// What `value` should have been; `nil` if it is acceptable.
    func refusal(of value: JSON) -> String? {
        accepts(value) ? nil : expectation
    }

    private func accepts(_ value: JSON) -> Bool {
        switch (self, value) {
        case (.anything, _), (.string, .string): true
        case (.url, .string(let text)): text.hasPrefix("http://") || text.hasPrefix("https://")
        case (.choice(let choices), .string(let text)): choices.contains(text)
        case (.strings, .array(let values)): !values.isEmpty && values.allSatisfy { $0.stringValue != nil }
        case (.stringMembers, .object(let object)): object.allSatisfy { $0.value.stringValue != nil }
        case (.duration, .string(let text)): Milliseconds(text).map { $0 <= TemplateLimits.timeout.upperBound } ?? false
        case (.count, .number(let number)): (0...1_000_000).contains(number.intValue ?? -1)
        default: false
        }
    }

    private var expectation: String {
        switch self {
        case .anything: "any value"
        case .string: "a string"
        case .url: "a URL that begins with http:// or https://"
        case .choice(let choices): choices.map { "\"\($0)\"" }.joinedAsChoice()
        case .strings: "an array of strings, at least one"
        case .stringMembers: "an object whose values are strings"
        case .duration: "a duration such as \"30s\", at most \(TemplateLimits.timeout.upperBound)"
        case .count: "a whole number from 0 to 1000000"
        }
    }
}
