/// The keys of one kind of object in a template.
package protocol TemplateKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable where AllCases == [Self] {
    /// What the object is, for messages: "a step".
    static var owner: String { get }
    /// The keys that must be there.
    static var required: [Self] { get }
}

/// The keys of the template itself.
package enum TopLevelKey: String, TemplateKey {
    case schema = "$schema"
    case namespace, name, version, description, identity
    case inputSchema = "input_schema"
    case defaults, steps

    /// What the object is.
    package static let owner = "a template"
    /// The keys that must be there.
    package static let required: [TopLevelKey] = [.namespace, .name, .version, .steps]
}

/// The keys of `defaults`.
package enum DefaultsKey: String, TemplateKey {
    case timeout, retry

    /// What the object is.
    package static let owner = "defaults"
    /// The keys that must be there.
    package static let required: [DefaultsKey] = []
}

/// The keys of `retry`.
package enum RetryKey: String, TemplateKey {
    case maxAttempts = "max_attempts"
    case backoff, base, max, jitter

    /// What the object is.
    package static let owner = "retry"
    /// The keys that must be there.
    package static let required: [RetryKey] = []
}

/// The keys of a step.
package enum StepKey: String, TemplateKey {
    case name, description, handler, config
    case dependsOn = "depends_on"
    case input, timeout, retry, when

    /// What the object is.
    package static let owner = "a step"
    /// The keys that must be there.
    package static let required: [StepKey] = [.name, .handler]
}
