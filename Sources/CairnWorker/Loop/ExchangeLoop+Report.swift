import CairnStore

/// What the worker says of itself beside everything else, and what it learns from that.
extension ExchangeLoop {
    /// The heartbeat that is due, with the attempts whose outcome is awaited, and those whose outcome is kept.
    mutating func nextBeat(now: Duration) -> LoopAction? {
        guard phase == .live, lease?.beginBeat(now: now) == true else { return nil }
        return .heartbeat(
            workerID: workerID, draining: drain != nil, running: runs.wanted.map(RunningAttempt.init),
            reporting: kept.map { RunningAttempt($0.key) })
    }

    /// What cannot be reported because tasks are locked; also while it is being offered again.
    private var kept: [PendingSettlement] {
        if case .exchange(let batch, _, _) = call { buffer.kept + batch.filter(buffer.keeps) } else { buffer.kept }
    }

    /// Somebody wants the worker to report itself at once: an attempt that it runs may not be wanted any more, or the
    /// worker itself. What a claim in flight brings back is not in that report, so another follows it.
    mutating func reportAtOnce() {
        lease?.hurry()
        if case .exchange(_, let want, _) = call, want > 0 { reportsAfterClaim = true }
    }

    /// The worker was reported, or not: nil when the report did not arrive.
    mutating func beat(_ reply: HeartbeatReply?, workerID: Int64, sentAt: Duration, now: Duration) {
        guard workerID == self.workerID, phase == .live else { return }
        switch reply?.state {
        case .live: lease?.renewed(sentAt: sentAt)
        case .draining:
            lease?.renewed(sentAt: sentAt)
            // Nobody here asked for it, so an operator did.
            if drain == nil { beginDrain(atOnce: false, byOperator: true, now: now) }
        case .gone: return gone(now: now)
        case nil: lease?.failed(now: now)
        }
        stop(reply?.unwanted ?? [])
    }

    /// Cancels the handlers of attempts that are not wanted any more. An attempt that has ended in the meantime is on its
    /// way to the database, which knows what to do with it.
    private mutating func stop(_ unwanted: [RunningAttempt]) {
        for (id, claim) in runs.takeUnwanted(Set(unwanted.map(StepKey.init))) {
            actions.append(.cancel(id))
            actions.append(.say(.stopped(claim.key, step: claim.job?.step.name ?? "")))
        }
    }
}
