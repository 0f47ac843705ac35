/// Where a step stands. Raw values are the names in `docs/state-machines.json`, in SQL and in the API.
public enum StepState: String, Sendable, CaseIterable, Codable {
    /// Waits for its dependencies.
    case pending
    /// Ready; waits for a worker.
    case enqueued
    /// A worker runs it under a lease.
    case inProgress = "in_progress"
    /// Its handler succeeded; the result is being settled.
    case enqueuedForOrchestration = "enqueued_for_orchestration"
    /// Its handler failed, timed out or lost its worker; the error is being settled.
    case enqueuedAsErrorForOrchestration = "enqueued_as_error_for_orchestration"
    /// Waits for the time of its next attempt.
    case waitingForRetry = "waiting_for_retry"
    /// Finished with a result.
    case complete
    /// Failed for good.
    case error
    /// Cancelled with its task.
    case cancelled
    /// An operator declared it settled.
    case resolvedManually = "resolved_manually"
    /// Its condition was false, or its branch was not taken.
    case skipped

    /// Whether a step in this state is finished (an operator may still reopen it).
    public var isTerminal: Bool {
        switch self {
        case .complete, .error, .cancelled, .resolvedManually, .skipped: true
        default: false
        }
    }

    /// Whether steps that depend on one in this state may start.
    public var satisfiesDependents: Bool { self == .complete || self == .resolvedManually }
}
