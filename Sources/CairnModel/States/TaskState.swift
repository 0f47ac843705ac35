/// Where a task stands. Raw values are the names in `docs/state-machines.json`, in SQL and in the API.
public enum TaskState: String, Sendable, CaseIterable, Codable {
    /// Submitted; nobody has looked at it yet.
    case pending
    /// Its first steps are being found.
    case initializing
    /// Steps that became ready are being enqueued.
    case enqueuingSteps = "enqueuing_steps"
    /// Steps are enqueued or running.
    case stepsInProcess = "steps_in_process"
    /// A step has finished; what follows from it is being worked out.
    case evaluatingResults = "evaluating_results"
    /// Nothing can run until something else happens.
    case waitingForDependencies = "waiting_for_dependencies"
    /// Only steps that wait for their next attempt are left.
    case waitingForRetry = "waiting_for_retry"
    /// A step has failed for good and others depend on it.
    case blockedByFailures = "blocked_by_failures"
    /// Every step has finished well.
    case complete
    /// A step has failed for good and nothing else can run.
    case error
    /// Somebody cancelled it.
    case cancelled
    /// An operator declared it settled.
    case resolvedManually = "resolved_manually"

    /// Whether a task in this state is finished (an operator may still reopen it).
    public var isTerminal: Bool {
        switch self {
        case .complete, .error, .cancelled, .resolvedManually: true
        default: false
        }
    }
}
