/// What the intake sends at once.
package enum IntakeStatement<Reply: Sendable>: Sendable {
    /// Requests that have nothing to do with each other. It waits for locks for a moment only.
    case together([IntakeRequest<Reply>])
    /// One that would perhaps make others fail. It waits for locks for a moment only.
    case alone(IntakeRequest<Reply>)
    /// One whose key is held. It waits for that.
    case patient(IntakeRequest<Reply>)

    /// How a statement ends.
    package enum End: Sendable, Hashable {
        /// All callers have their outcomes.
        case answered
        /// A key of a request is held by another transaction.
        case keyHeld
        /// It failed for the sake of one of its requests.
        case apart
        /// All callers were told that it failed.
        case failed
    }

    /// What is sent.
    package var requests: [IntakeRequest<Reply>] {
        switch self {
        case .together(let requests): requests
        case .alone(let request), .patient(let request): [request]
        }
    }

    /// For how long it waits for locks.
    var patience: IntakePatience { if case .patient = self { .long } else { .short } }
}

/// For how long a statement waits for locks.
package enum IntakePatience: Sendable, Hashable {
    /// For a moment: others wait for the statement.
    case short
    /// As long as a caller may want to wait.
    case long

    /// The time.
    package var lockTimeout: Duration { self == .short ? .milliseconds(50) : .seconds(5) }
}
