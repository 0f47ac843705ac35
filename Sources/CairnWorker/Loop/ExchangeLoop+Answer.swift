import CairnStore

/// What calls brought back.
extension ExchangeLoop {
    /// A new incarnation is registered.
    mutating func registered(workerID: Int64, lease: Duration, now: Duration) {
        call = nil
        reached(now: now)
        self.workerID = workerID
        self.lease = LeaseKeeper(lease: lease, now: now)
        phase = .live
        audits = []
        floors.forget()
        look.forget()
        gate = ClaimGate()
        actions.append(.say(.registered(workerID: workerID)))
    }

    /// An exchange came through: run what it claimed, or hand it back when the worker leaves.
    mutating func exchanged(
        claims: [Claim], refused: Int, locked: Set<AttemptKey> = [], isGone: Bool, now: Duration
    ) {
        guard case .exchange(let batch, let want, let looked, let mayIdle, let sentAt) = call else { return }
        call = nil
        reached(now: now)
        if isGone { return gone(now: now) }
        settled(batch, locked: locked, now: now)
        if refused > 0 { actions.append(.say(.refused(refused))) }
        if looked {
            let settled = Set(batch.map(\.settlement.taskID))
            let wentOn = claims.count { settled.contains($0.taskID) }
            prefetch.exchanged(took: now - sentAt, got: claims.count - wentOn, of: want - wentOn)
            look.found(claims.count, of: want, mayIdle: mayIdle, now: now)
            if let away = gate.claimed(now: now) { actions.append(.say(.databaseBack(after: away))) }
        } else {
            if !claims.isEmpty { look.wentOn() }
            if let message = gate.settled(isAll: !buffer.hasFresh, now: now) {
                actions.append(.say(.databaseAway(.refused, message)))
            }
        }
        floors.answered(took: now - sentAt)
        floors.learn(claims, settling: batch)
        let begun = claims.count { begin($0, now: now) }
        if begun > 1 { gather(now: now) }
        lease?.answered(sentAt: sentAt, isLook: batch.isEmpty, hasSteps: !claims.isEmpty)
        if reportsAfterClaim {
            reportsAfterClaim = false
            lease?.hurry()
        }
        // What cannot run here now is handed back, and must not be claimed again in the same breath.
        if claims.contains(where: { $0.job == nil }) { outage.pause(until: now + .seconds(1)) }
    }

    /// What is of locked tasks is offered again later, unless the lease is over: then there is no later.
    private mutating func settled(_ batch: [PendingSettlement], locked: Set<AttemptKey>, now: Duration) {
        let isLast = phase == .flushing
        if isLast, !locked.isEmpty { actions.append(.say(.lockedOut(locked.count))) }
        switch buffer.settled(batch, locked: isLast ? [] : locked, now: now) {
        case .locked(let task, let others):
            actions.append(.say(.locked(task, others: others)))
            // Before the sweep takes the steps away whose time has passed meanwhile.
            lease?.hurry()
        case .unlocked: actions.append(.say(.unlocked))
        case nil: break
        }
    }

    /// Starts a claimed step, has it wait for a slot, or hands it back. Returns whether it was started.
    private mutating func begin(_ claim: Claim, now: Duration) -> Bool {
        guard let job = claim.job, drain == nil, phase == .live else {
            release(claim)
            return false
        }
        guard runs.count < concurrency else {
            prefetch.append(claim, now: now)
            return false
        }
        let id = runs.begin(claim, now: now)
        actions.append(.start(id, job, timeout: claim.timeout))
        return true
    }

    /// Starts what waits for the slots that are free.
    mutating func beginWaiting(now: Duration) {
        while runs.count < concurrency, let claim = prefetch.takeFirst() { _ = begin(claim, now: now) }
    }

    mutating func release(_ claim: Claim) {
        if phase == .unregistered { return }
        settle(claim, .released, payload: nil)
    }

    /// The steps that the database believes this worker to hold.
    mutating func audited(held: [AttemptKey], now: Duration) {
        guard case .audit = call else { return }
        call = nil
        reached(now: now)
        audits.removeAll { $0 <= now }
        let known = runs.awaitedKeys.union(buffer.keys).union(prefetch.keys)
        let orphans = held.filter { !known.contains($0) }
        for key in orphans {
            report(
                PendingSettlement(
                    settlement: Settlement(
                        taskID: key.taskID, stepNo: key.stepNo, attempt: key.attempt, outcome: .released, payload: nil))
            )
        }
        if orphans.isEmpty { return }
        floors.forget()
        actions.append(.say(.orphans(orphans.count)))
    }

    /// The incarnation has ended.
    mutating func deregistered(now: Duration) {
        guard case .deregister = call else { return }
        call = nil
        reached(now: now)
        leave()
    }

    /// From here on there is no incarnation; the next call registers one, unless the worker stops.
    mutating func leave() {
        phase = drain == nil ? .unregistered : .finished
        lease = nil
        audits = []
    }

    mutating func reached(now: Duration) {
        if let away = outage.succeeded(now: now) { actions.append(.say(.databaseBack(after: away))) }
    }

    /// Gives up everything that runs for this incarnation: it will run elsewhere. Returns how many that were.
    mutating func abandonRuns() -> Int {
        for claim in prefetch.takeAll() { release(claim) }
        let abandoned = runs.takeAwaited()
        actions += abandoned.map { .cancel($0.0) }
        return abandoned.count
    }

    /// The database does not know this incarnation any more.
    mutating func gone(now: Duration) {
        guard phase == .live || phase == .flushing else { return }
        actions.append(.say(.gone(workerID: workerID, running: abandonRuns())))
        buffer.discard()
        leave()
    }

    mutating func settle(_ claim: Claim, _ outcome: SettleOutcome, payload: [UInt8]?, retryAfter: Duration? = nil) {
        report(PendingSettlement(claim: claim, outcome: outcome, payload: payload, retryAfter: retryAfter))
    }

    /// Reports an outcome with the next exchange; of a locked task it waits, and that is said at once.
    mutating func report(_ item: PendingSettlement) {
        buffer.append(item)
        if buffer.isOfLockedTask(item) { lease?.hurry() }
    }
}
