/// What moves a task from one state to the next. The table of legal moves is in the database and in
/// `docs/state-machines.json`.
public enum TaskEvent: String, Sendable, CaseIterable, Codable {
    /// `submit`: nothing → pending.
    case submit
    /// `start`: pending → initializing.
    case start
    /// `no_steps_found`: initializing → complete.
    case noStepsFound = "no_steps_found"
    /// `ready_steps_found`: evaluating_results → enqueuing_steps; initializing → enqueuing_steps.
    case readyStepsFound = "ready_steps_found"
    /// `no_dependencies_ready`: initializing, evaluating_results → waiting_for_dependencies.
    case noDependenciesReady = "no_dependencies_ready"
    /// `steps_enqueued`: enqueuing_steps → steps_in_process.
    case stepsEnqueued = "steps_enqueued"
    /// `enqueue_failed`: enqueuing_steps → error.
    case enqueueFailed = "enqueue_failed"
    /// `step_settled`: steps_in_process → evaluating_results.
    case stepSettled = "step_settled"
    /// `all_steps_successful`: evaluating_results → complete.
    case allStepsSuccessful = "all_steps_successful"
    /// `steps_still_running`: evaluating_results → steps_in_process.
    case stepsStillRunning = "steps_still_running"
    /// `retry_scheduled`: evaluating_results → waiting_for_retry.
    case retryScheduled = "retry_scheduled"
    /// `permanent_failure`: evaluating_results → blocked_by_failures.
    case permanentFailure = "permanent_failure"
    /// `dependencies_ready`: waiting_for_dependencies → evaluating_results.
    case dependenciesReady = "dependencies_ready"
    /// `retry_ready`: waiting_for_retry → enqueuing_steps.
    case retryReady = "retry_ready"
    /// `give_up`: blocked_by_failures → error.
    case giveUp = "give_up"
    /// `operator_repair`: blocked_by_failures, waiting_for_retry, error → evaluating_results.
    case operatorRepair = "operator_repair"
    /// `resolve_manually`: waiting_for_*, blocked_by_failures, error → resolved_manually.
    case resolveManually = "resolve_manually"
    /// `stale`: steps_in_process, waiting_for_dependencies, waiting_for_retry → error.
    case stale
    /// `cancel`: any unfinished state → cancelled.
    case cancel
}
