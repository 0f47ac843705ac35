import CairnStore

/// Handlers that end, time that passes.
extension ExchangeLoop {
    /// A handler has ended: its slot is free, and its outcome is to be settled if anybody still wants it. Of an attempt
    /// that is not wanted any more it is only said that it has ended, whatever its handler made of it.
    mutating func ended(_ id: RunID, _ outcome: StepOutcome, now: Duration) {
        guard let run = runs.end(id) else { return }
        prefetch.ran(for: now - run.startedAt)
        beginWaiting(now: now)
        if run.isReported { return }
        switch outcome {
        case _ where run.isUnwanted: release(run.claim)
        case .succeeded(let result): settle(run.claim, .succeeded, payload: result)
        case .failed where run.isStopping: settle(run.claim, .retryable, failure: .workerShutdown)
        case .failed(let failure):
            settle(run.claim, failure.kind == .permanent ? .permanent : .retryable, failure: failure)
        }
    }

    private mutating func settle(_ claim: Claim, _ outcome: SettleOutcome, failure: StepFailure) {
        report(
            PendingSettlement(
                claim: claim, outcome: outcome, payload: failure.payload, retryAfter: failure.retryAfter))
    }

    /// Whatever time alone brings about.
    mutating func tick(now: Duration) {
        if let limit = gathersUntil, limit <= now { gathersUntil = nil }
        for (id, run) in runs.takeOverdue(now: now) {
            actions.append(.cancel(id))
            if run.isUnwanted {
                release(run.claim)
            } else {
                settle(run.claim, .timedOut, failure: .timedOut(after: run.claim.timeout))
            }
        }
        for claim in prefetch.takeOverdue(now: now) { release(claim) }
        if phase == .live, let lease, lease.hasExpired(now: now, askedAt: askedAt) { leaseLost() }
        if let drain { advance(drain, now: now) }
        sayWhatDrainAwaits(now: now)
    }

    /// The steps may run elsewhere by now. What is finished is offered once more when the database is back; the rest is
    /// given up. Then the worker registers anew.
    private mutating func leaseLost() {
        phase = .flushing
        buffer.offerAll()
        actions.append(.say(.leaseLost(workerID: workerID, running: abandonRuns())))
        if call != nil { actions.append(.abandonCall) }
    }

    /// Has the next call wait for handlers that were just started.
    mutating func gather(now: Duration) {
        gathersUntil = now + Self.longestGather
        actions.append(.gather)
    }

    /// Each of them has had its turn.
    mutating func gathered() { gathersUntil = nil }

    /// Somebody notified, or notifications may have been missed.
    mutating func woken() { look.want() }

    /// Notifications arrive from now on, or no longer.
    mutating func listening(_ isListening: Bool) { look.isListening = isListening }
}

extension StepFailure {
    /// The handler was cancelled because its worker stops.
    static let workerShutdown = StepFailure.retryable(
        "the worker stopped before the handler had finished", code: StepErrorCode.workerShutdown)

    /// The step's time was up.
    static func timedOut(after timeout: Duration) -> StepFailure {
        .retryable("the step ran for longer than its timeout of \(timeout.text)", code: StepErrorCode.timedOut)
    }
}
