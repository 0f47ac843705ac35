extension TemplateDecoder {
    /// Reads what the template says about failures. Beside it, what steps fall back on: `nil` when that cannot be told.
    mutating func decodeFailure(_ fields: Fields<TopLevelKey>) -> (policy: FailurePolicy, onFailure: FailureAction?) {
        let onFailure =
            fields[.onFailure] == nil ? .error : issues.choice(fields[.onFailure], of: FailureAction.self)
        let policy = FailurePolicy(
            onFailure: onFailure ?? .error,
            giveUpAfter: issues.duration(fields[.giveUpAfter], in: TemplateLimits.hold),
            failFast: issues.boolean(fields[.failFast]) ?? false, stale: decodeStale(fields[.stale]))
        return (policy, onFailure)
    }

    private mutating func decodeStale(_ value: Located?) -> [StaleKey: StaleRule] {
        guard let value, let fields = issues.fields(value, StaleKey.self) else { return [:] }
        var rules: [StaleKey: StaleRule] = [:]
        for key in StaleKey.allCases {
            guard let rule = fields[key].flatMap({ issues.fields($0, StaleRuleKey.self) }) else { continue }
            let after = issues.duration(rule[.after], in: TemplateLimits.stale)
            let action = issues.choice(rule[.action], of: StaleRule.Action.self)
            if let after, let action { rules[key] = StaleRule(after: after, action: action) }
        }
        return rules
    }

    /// Warns of settings that no step of the template gives an effect to.
    mutating func checkFailure(
        _ fields: Fields<TopLevelKey>, _ failure: (policy: FailurePolicy, onFailure: FailureAction?),
        _ drafts: [StepDraft]
    ) {
        let policy = failure.policy
        // A step whose action cannot be told may be any of them.
        func none(_ action: FailureAction) -> Bool {
            drafts.allSatisfy { $0.onFailure != nil && $0.onFailure != action }
        }
        if policy.giveUpAfter != nil, none(.block) {
            warn(fields, .giveUpAfter, "no step has \"on_failure\": \"block\"")
        }
        if policy.failFast, none(.error) { warn(fields, .failFast, "no step has \"on_failure\": \"error\"") }
        if fields[.onFailure] != nil, failure.onFailure != nil, !drafts.isEmpty, drafts.allSatisfy(\.saysOnFailure) {
            warn(fields, .onFailure, "every step has its own")
        }
    }

    private mutating func warn(_ fields: Fields<TopLevelKey>, _ key: TopLevelKey, _ reason: String) {
        issues.report(
            .noEffect, at: fields.pointer.appending(key.rawValue), ofName: true, severity: .warning,
            "\"\(key.rawValue)\" changes nothing, because \(reason)", hint: "remove it")
    }
}
