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
    case defaults
    case onFailure = "on_failure"
    case giveUpAfter = "give_up_after"
    case failFast = "fail_fast"
    case stale, steps

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

/// The keys of `stale`: the states in which a task may rest for too long.
package enum StaleKey: String, TemplateKey {
    case stepsInProcess = "steps_in_process"
    case waitingForDependencies = "waiting_for_dependencies"
    case waitingForRetry = "waiting_for_retry"

    /// What the object is.
    package static let owner = "stale"
    /// The keys that must be there.
    package static let required: [StaleKey] = []
}

/// The keys of one state in `stale`.
package enum StaleRuleKey: String, TemplateKey {
    case after, action

    /// What the object is.
    package static let owner = "a state of stale"
    /// The keys that must be there.
    package static let required: [StaleRuleKey] = [.after, .action]
}

/// The keys of a step.
package enum StepKey: String, TemplateKey {
    case name, description, handler, config
    case dependsOn = "depends_on"
    case input, timeout, retry
    case onFailure = "on_failure"
    case delay, when

    /// What the object is.
    package static let owner = "a step"
    /// The keys that must be there.
    package static let required: [StepKey] = [.name, .handler]
}
