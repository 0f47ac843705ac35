/// Whether the database is away, when to ask again, and what to say about it: one line when it goes, one when it is back.
struct Outage {
    /// Why a call had no effect.
    enum Reason: Sendable, Hashable {
        /// The database cannot be reached, or sends everybody away.
        case unreachable
        /// There is a database, but not yet Cairn's schema.
        case notMigrated
        /// The database refused what it should have taken.
        case refused
        /// Somebody has something locked that is needed, and not just a task.
        case locked
    }

    private(set) var reason: Reason?
    private(set) var retryAt: Duration = .zero
    private var since: Duration = .zero
    private var failures = 0

    /// A call failed. Returns whether that is news. Half of the wait is certain and half is left to chance (`random`
    /// is from 0 to 1), so that many workers do not come back at once.
    mutating func failed(_ reason: Reason, now: Duration, random: Double) -> Bool {
        let longest: Duration = reason == .notMigrated ? .seconds(2) : .seconds(5)
        let full = min(longest, .milliseconds(100) * (1 << min(failures, 10)))
        retryAt = now + full / 2 + full / 2 * random
        if failures == 0 { since = now }
        failures += 1
        defer { self.reason = reason }
        return self.reason != reason
    }

    /// Nothing is to be called until then, though the database is there.
    mutating func pause(until time: Duration) { retryAt = max(retryAt, time) }

    /// A call came through. Returns how long it took until then, when there had been an outage.
    mutating func succeeded(now: Duration) -> Duration? {
        defer { self = Outage() }
        return reason == nil ? nil : now - since
    }
}
