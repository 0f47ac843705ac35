import CairnStore

/// The way out.
extension ExchangeLoop {
    /// Stop claiming, finish, settle, leave. With `atOnce`, whatever runs is cancelled now.
    mutating func beginDrain(atOnce: Bool, byOperator: Bool = false, now: Duration) {
        let cancelAt = atOnce ? now : now + drainTimeout
        if drain != nil {
            drain?.hurry(cancelAt: cancelAt)
        } else {
            drain = Drain(cancelAt: cancelAt)
            for claim in prefetch.takeAll() { release(claim) }
            actions.append(.say(.draining(running: runs.awaited, byOperator: byOperator, within: cancelAt - now)))
            if !byOperator { lease?.hurry() }
        }
        if phase == .unregistered, call == nil { phase = .finished }
    }

    /// Says, once, that nothing is waited for any more but whoever has tasks locked.
    mutating func sayWhatDrainAwaits(now: Duration) {
        let tasks = buffer.lockedTasks
        guard phase == .live, let task = tasks.min(), !runs.isAwaiting, let end = drain?.endToAnnounce() else { return }
        actions.append(.say(.drainWaits(task, others: tasks.count - 1, within: end - now)))
    }

    mutating func advance(_ drain: Drain, now: Duration) {
        guard let stage = self.drain?.advance(now: now) else { return }
        switch stage {
        case .finishing: break
        case .cancelled:
            let stopping = runs.beginStopping()
            if !stopping.isEmpty { actions.append(.say(.drainTimedOut(running: stopping.count))) }
            actions += stopping.map { .cancel($0) }
            if phase == .unregistered { phase = .finished }
        case .leaving:
            for (_, run) in runs.takeAwaited() {
                if run.isUnwanted {
                    release(run.claim)
                } else {
                    settle(run.claim, .retryable, payload: StepFailure.workerShutdown.payload)
                }
            }
        case .over:
            if phase == .finished { return }
            actions.append(.say(.leftUnsettled(buffer.count)))
            if call != nil { actions.append(.abandonCall) }
            phase = .finished
        }
    }
}
