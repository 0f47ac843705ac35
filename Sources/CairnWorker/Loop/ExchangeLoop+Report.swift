import CairnStore

/// What the worker says of itself beside everything else, and what it learns from that.
extension ExchangeLoop {
    /// The heartbeat that is due, with the attempts whose outcome is awaited, and those whose outcome cannot be reported.
    mutating func nextBeat(now: Duration) -> LoopAction? {
        guard phase == .live, lease?.beginBeat(now: now) == true else { return nil }
        return .heartbeat(
            workerID: workerID, draining: drain != nil, running: runs.wanted + prefetch.keys,
            reporting: buffer.reporting)
    }

    /// Somebody wants the worker to report itself at once: an attempt that it runs may not be wanted any more, or the
    /// worker itself. What a claim in flight brings back is not in that report, so another follows it.
    mutating func reportAtOnce() {
        lease?.hurry()
        if case .exchange(_, let want, _, _, _) = call, want > 0 { reportsAfterClaim = true }
    }

    /// The worker was reported, or not: nil when the report did not arrive.
    mutating func beat(_ reply: HeartbeatReply?, workerID: Int64, sentAt: Duration, now: Duration) {
        guard workerID == self.workerID, phase == .live else { return }
        let isIdle = isIdle
        switch reply?.state {
        case .live: lease?.renewed(sentAt: sentAt, isIdle: isIdle)
        case .draining:
            lease?.renewed(sentAt: sentAt, isIdle: isIdle)
            // Nobody here asked for it, so an operator did.
            if drain == nil { beginDrain(atOnce: false, byOperator: true, now: now) }
        case .gone: return gone(now: now)
        case nil: lease?.failed(now: now)
        }
        stop(reply?.unwanted ?? [], since: sentAt)
    }

    /// Whether the worker holds no step, also none of which the message got lost.
    private var isIdle: Bool {
        runs.count == 0 && prefetch.count == 0 && buffer.isEmpty && audits.isEmpty && drain == nil
    }

    /// Cancels the handlers of attempts that are not wanted any more. An attempt that has ended in the meantime is on its
    /// way to the database, which knows what to do with it.
    private mutating func stop(_ unwanted: [AttemptKey], since sentAt: Duration) {
        for claim in prefetch.take(Set(unwanted), since: sentAt) { release(claim) }
        for (id, claim) in runs.takeUnwanted(Set(unwanted), since: sentAt) {
            actions.append(.cancel(id))
            actions.append(.say(.stopped(claim.key, step: claim.job?.step.name ?? "")))
        }
    }
}
