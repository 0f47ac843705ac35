/// A step of a template, as it was written.
package struct TemplateStep: Sendable, Hashable {
    /// Its name, unique in the template.
    package let name: String
    /// What it does.
    package let description: String?
    /// The handler that runs it.
    package let handler: String
    /// The handler's settings.
    package let config: JSON
    /// The names of the steps it waits for.
    package let dependsOn: [String]
    /// How its handler's input is made; `nil`: context and the results of its dependencies.
    package let input: JSON?
    /// How long one attempt may take.
    package let timeout: Milliseconds?
    /// What it says about retries.
    package let retry: RetryOverrides
    /// What its final failure does; `nil`: what the template says.
    package let onFailure: FailureAction?
    /// How long it waits once its dependencies are met.
    package let delay: Milliseconds?
    /// A SQL/JSON predicate; the step is skipped when it is false.
    package let when: String?
}

/// What a template says for all its steps.
package struct StepDefaults: Sendable, Hashable {
    /// How long an attempt may take when neither template nor step says so.
    package static let timeout = Milliseconds.seconds(60)

    /// How long one attempt may take.
    package var timeout: Milliseconds?
    /// What applies to retries.
    package var retry = RetryOverrides()
}

/// The parts of a retry policy that are written down; the rest comes from further out.
package struct RetryOverrides: Sendable, Hashable {
    /// The total number of runs.
    package var maxAttempts: Int?
    /// How the wait grows.
    package var backoff: Backoff?
    /// The wait that the backoff multiplies.
    package var base: Milliseconds?
    /// The longest wait.
    package var max: Milliseconds?
    /// How far the wait may be off.
    package var jitter: Double?

    /// `policy` with these parts replaced.
    package func applied(to policy: RetryPolicy) -> RetryPolicy {
        RetryPolicy(
            maxAttempts: maxAttempts ?? policy.maxAttempts, backoff: backoff ?? policy.backoff,
            base: base ?? policy.base, max: max ?? policy.max, jitter: jitter ?? policy.jitter)
    }
}
