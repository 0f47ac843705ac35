/// What a template says about failures, and about tasks that make no progress.
package struct FailurePolicy: Sendable, Hashable {
    /// What the final failure of a step does that says nothing itself.
    package var onFailure: FailureAction
    /// How long a failure may hold the task before it ends in error; `nil`: for ever.
    package var giveUpAfter: Milliseconds?
    /// Whether the first failure that is to end the task stops everything else of it.
    package var failFast: Bool
    /// What happens to a task that makes no progress, by the state it is in.
    package var stale: [StaleKey: StaleRule]

    /// A policy; what is left out is as in a template that says nothing.
    package init(
        onFailure: FailureAction = .error, giveUpAfter: Milliseconds? = nil, failFast: Bool = false,
        stale: [StaleKey: StaleRule] = [:]
    ) {
        self.onFailure = onFailure
        self.giveUpAfter = giveUpAfter
        self.failFast = failFast
        self.stale = stale
    }
}

/// For how long a task may make no progress in a state, and what happens then.
package struct StaleRule: Sendable, Hashable {
    /// What happens to a task that makes no progress.
    package enum Action: String, Sendable, CaseIterable {
        /// A dead letter is opened; the task stays as it is.
        case deadLetter = "dead_letter"
        /// The task ends in error, with a dead letter.
        case error
        /// Nothing.
        case none
    }

    /// For how long nothing may move.
    package let after: Milliseconds
    /// What happens then.
    package let action: Action

    /// A rule.
    package init(after: Milliseconds, action: Action) {
        self.after = after
        self.action = action
    }
}
