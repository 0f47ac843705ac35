/// Deadlines and what to do at them. There are few, so a dictionary and the earliest of them will do.
struct Timers {
    private struct Timer {
        var deadline: ContinuousClock.Instant
        var body: @Sendable () -> Void
    }

    private var timers: [UInt64: Timer] = [:]
    private var earliest: ContinuousClock.Instant?

    /// Adds a timer; returns whether it is now the first to fire.
    mutating func add(id: UInt64, at deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void) -> Bool
    {
        timers[id] = Timer(deadline: deadline, body: body)
        if let earliest, earliest <= deadline { return false }
        earliest = deadline
        return true
    }

    /// Forgets a timer. The earliest deadline may then be too early, which costs one idle turn.
    mutating func remove(id: UInt64) { timers[id] = nil }

    /// Takes out what is due.
    mutating func takeDue(now: ContinuousClock.Instant) -> [@Sendable () -> Void] {
        guard let earliest, earliest <= now else { return [] }
        let due = timers.filter { $0.value.deadline <= now }.sorted { $0.value.deadline < $1.value.deadline }
        for (id, _) in due { timers[id] = nil }
        self.earliest = timers.values.lazy.map(\.deadline).min()
        return due.map(\.value.body)
    }

    /// How long to sleep, for `poll`: -1 is for ever.
    func milliseconds(from now: ContinuousClock.Instant) -> Int32 {
        guard let earliest else { return -1 }
        let left = (earliest - now) / .milliseconds(1)
        return left <= 0 ? 0 : Int32(min(left.rounded(.up), 3_600_000))
    }
}
