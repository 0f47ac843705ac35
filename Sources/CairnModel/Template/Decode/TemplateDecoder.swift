/// Reads a template from its document, in three passes: every object on its own, then the graph of the steps, then what
/// depends on the graph (paths to results).
struct TemplateDecoder {
    var issues: IssueCollector
    let acceptsConditions: Bool

    init(file: String?, document: LocatedJSON, acceptsConditions: Bool) {
        issues = IssueCollector(file: file, document: document)
        self.acceptsConditions = acceptsConditions
    }

    mutating func decode() -> TemplateDecoding {
        let document = issues.document.root
        let template = decodeTop(Located(value: document, pointer: .root))
        return TemplateDecoding(template: issues.hasErrors ? nil : template, issues: issues.sorted)
    }

    private mutating func decodeTop(_ document: Located) -> Template? {
        guard let fields = issues.fields(document, TopLevelKey.self) else { return nil }
        _ = issues.string(fields[.schema])
        let namespace = issues.name(fields[.namespace], "a namespace", longest: TemplateLimits.nameLength)
        let name = issues.name(fields[.name], "a template", longest: TemplateLimits.nameLength)
        let version = decodeVersion(fields[.version])
        let description = issues.string(fields[.description])
        let identity = issues.choice(fields[.identity], of: IdentityPolicy.self) ?? .alwaysUnique
        if let schema = fields[.inputSchema] { issues.checkSchema(schema) }
        let defaults = decodeDefaults(fields[.defaults])
        let failure = decodeFailure(fields)
        let drafts = decodeSteps(fields[.steps], defaults: defaults, onFailure: failure.onFailure)
        checkGraph(drafts)
        checkFailure(fields, failure, drafts)
        guard let namespace, let name, let version else { return nil }
        return Template(
            namespace: namespace, name: name, version: version, description: description, identity: identity,
            inputSchema: fields[.inputSchema]?.value, defaults: defaults, failure: failure.policy,
            steps: drafts.compactMap(\.step), document: document.value)
    }

    private mutating func decodeVersion(_ value: Located?) -> SemanticVersion? {
        guard let value, let text = issues.string(value) else { return nil }
        if let version = SemanticVersion(text) { return version }
        issues.report(
            .invalidVersion, at: value.pointer, "\"\(text)\" is no version",
            hint: "write three numbers, such as \"1.0.0\" or \"2.1.0-beta.1\" (semver, without build metadata)")
        return nil
    }

    private mutating func decodeDefaults(_ value: Located?) -> StepDefaults {
        guard let value, let fields = issues.fields(value, DefaultsKey.self) else { return StepDefaults() }
        return StepDefaults(
            timeout: issues.duration(fields[.timeout], in: TemplateLimits.timeout),
            retry: decodeRetry(fields[.retry], over: .standard))
    }

    /// Reads a retry policy that replaces parts of `outer`.
    mutating func decodeRetry(_ value: Located?, over outer: RetryPolicy) -> RetryOverrides {
        guard let value, let fields = issues.fields(value, RetryKey.self) else { return RetryOverrides() }
        let retry = RetryOverrides(
            maxAttempts: issues.integer(fields[.maxAttempts], in: TemplateLimits.attempts),
            backoff: issues.choice(fields[.backoff], of: Backoff.self),
            base: issues.duration(fields[.base], in: TemplateLimits.wait),
            max: issues.duration(fields[.max], in: TemplateLimits.wait),
            jitter: issues.number(fields[.jitter], in: TemplateLimits.jitter))
        checkRetry(fields, retry, effective: retry.applied(to: outer))
        return retry
    }

    private mutating func checkRetry(_ fields: Fields<RetryKey>, _ retry: RetryOverrides, effective: RetryPolicy) {
        if effective.base > effective.max, let place = retry.base == nil ? fields[.max] : fields[.base] {
            issues.report(
                .outOfRange, at: place.pointer,
                "the first wait (base \(effective.base)) is longer than the longest (max \(effective.max))",
                hint: "lower base or raise max")
        }
        let idle: (keys: [RetryKey], reason: String)? =
            if retry.maxAttempts == 1 {
                ([.backoff, .base, .max, .jitter], "max_attempts is 1")
            } else if retry.backoff == Backoff.none {
                ([.base, .max, .jitter], "backoff is none")
            } else {
                nil
            }
        for key in idle?.keys ?? [] {
            guard let idle, fields[key] != nil else { continue }
            issues.report(
                .noEffect, at: fields.pointer.appending(key.rawValue), ofName: true, severity: .warning,
                "\"\(key.rawValue)\" changes nothing, because \(idle.reason)", hint: "remove one of the two")
        }
    }
}
