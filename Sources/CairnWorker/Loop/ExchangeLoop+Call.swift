import CairnStore

/// Which call goes out next.
extension ExchangeLoop {
    /// How many steps there is room for.
    var room: Int { phase == .live && drain == nil ? max(0, concurrency - runs.count) : 0 }

    /// When to look for steps without having anything to settle; nil while there is no room.
    var lookDue: Duration? { room > 0 ? max(look.due, gate.opensAt) : nil }

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
        let mayIdle =
            want > 0 && !buffer.isDue(now: now)
            && look.mayIdle(isRunning: runs.isAwaiting, isSettling: !batch.isEmpty)
        var floors: [ClaimFloor] = []
        if want > 0 {
            floors = self.floors.take(settling: batch, isIdle: runs.count == 0 && batch.isEmpty, now: now)
            look.sent(now: now)
        }
        call = .exchange(batch: batch, want: want, mayIdle: mayIdle)
        return .exchange(
            ExchangeRequest(
                workerID: workerID, settlements: batch.map(\.settlement), want: Int32(want), floors: floors,
                mayIdle: mayIdle, patience: waits ? patience : .zero))
    }
}
