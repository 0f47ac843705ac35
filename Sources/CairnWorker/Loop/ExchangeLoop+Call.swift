import CairnStore

/// Which call goes out next.
extension ExchangeLoop {
    /// How many steps there is room for, those included that are claimed ahead.
    var room: Int {
        guard phase == .live, drain == nil else { return 0 }
        return max(0, concurrency + prefetch.limit(concurrency: concurrency) - runs.count - prefetch.count)
    }

    /// When to look for steps without having anything to settle; nil while there is no room.
    var lookDue: Duration? {
        guard room > 0 else { return nil }
        return max(min(look.due, floors.owedAt ?? look.due), gate.opensAt)
    }

    mutating func nextCall(now: Duration) -> LoopAction? {
        switch phase {
        case .finished: return nil
        case .unregistered:
            if drain != nil {
                phase = .finished
                return nil
            }
            call = .register
            return .register
        case .live, .flushing:
            if let audit = audits.first, audit <= now, phase == .live {
                call = .audit
                return .audit(workerID: workerID)
            }
            if buffer.isDue(now: now) || lookDue.map({ $0 <= now }) == true { return exchange(now: now) }
            guard buffer.isEmpty, phase == .flushing || (drain != nil && !runs.isAwaiting) else { return nil }
            call = .deregister
            return .deregister(workerID: workerID)
        }
    }

    private mutating func exchange(now: Duration) -> LoopAction {
        let (batch, waits) = buffer.takeBatch(now: now)
        let want = gate.isOpen(now: now) ? room : 0
        let settledApart = settlesApart
        settlesApart = want > 0 && !settledApart && Self.isOfFewTasks(batch)
        let claims = want > 0 && !settlesApart
        let mayIdle =
            claims && !buffer.isDue(now: now) && runs.count < concurrency
            && look.mayIdle(isRunning: runs.isAwaiting, isSettling: !batch.isEmpty)
        let floors = self.floors.take(
            settling: batch, isIdle: runs.count == 0 && batch.isEmpty && !settledApart, claims: claims, now: now)
        if claims { look.sent(now: now) } else if settlesApart { look.want() }
        call = .exchange(batch: batch, want: want, claims: claims, mayIdle: mayIdle, sentAt: now)
        return .exchange(
            ExchangeRequest(
                workerID: workerID, settlements: batch.map(\.settlement), want: Int32(want), claims: claims,
                floors: want > 0 ? floors : [], mayIdle: mayIdle, patience: waits ? patience : .zero))
    }

    /// Whether others are likely to wait for the tasks of these: many steps of each.
    private static func isOfFewTasks(_ batch: [PendingSettlement]) -> Bool {
        batch.count >= 20 && Set(batch.map(\.settlement.taskID)).count * 10 <= batch.count
    }
}
