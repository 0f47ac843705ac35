/// What moves a step from one state to the next. The table of legal moves is in the database and in
/// `docs/state-machines.json`.
public enum StepEvent: String, Sendable, CaseIterable, Codable {
    /// `create`: nothing → pending.
    case create
    /// `enqueue`: pending → enqueued.
    case enqueue
    /// `start`: enqueued → in_progress.
    case start
    /// `release`: in_progress → enqueued.
    case release
    /// `report_result`: in_progress → enqueued_for_orchestration.
    case reportResult = "report_result"
    /// `report_error`: in_progress → enqueued_as_error_for_orchestration.
    case reportError = "report_error"
    /// `complete`: enqueued_for_orchestration → complete.
    case complete
    /// `fail`: enqueued_for_orchestration, enqueued_as_error_for_orchestration → error.
    case fail
    /// `wait_for_retry`: enqueued_as_error_for_orchestration → waiting_for_retry.
    case waitForRetry = "wait_for_retry"
    /// `continue_later`: enqueued_for_orchestration → waiting_for_retry.
    case continueLater = "continue_later"
    /// `retry`: waiting_for_retry → pending.
    case retry
    /// `skip`: pending → skipped.
    case skip
    /// `cancel`: any unfinished state → cancelled.
    case cancel
    /// `reset_for_retry`: error, complete, skipped → pending.
    case resetForRetry = "reset_for_retry"
    /// `resolve_manually`: pending, enqueued, in_progress, waiting_for_retry, error → resolved_manually.
    case resolveManually = "resolve_manually"
    /// `complete_manually`: pending, enqueued, in_progress, waiting_for_retry, error → complete.
    case completeManually = "complete_manually"
}
