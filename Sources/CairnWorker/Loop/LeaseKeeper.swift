/// When the worker reports itself, and whether its lease still holds. Pure; times count from the worker's start.
///
/// Three times a lease; half as often while the worker holds no step, for then nobody waits for the end of its lease. What
/// it claims afterwards is held on a lease that it renews as soon as a third of it has passed.
struct LeaseKeeper {
    let lease: Duration
    private var lastRenewed: Duration
    private var nextBeat: Duration
    private var isBeating = false
    private var isHurried = false
    /// How long after the last report the next one is due.
    private var interval: Duration { lease / 3 }

    /// A worker that has just registered.
    init(lease: Duration, now: Duration) {
        self.lease = lease
        lastRenewed = now
        nextBeat = now + lease / 3
    }

    /// When there is something to do.
    var due: Duration { isBeating ? expiry : isHurried ? .zero : min(nextBeat, expiry) }
    /// When the lease ends, unless it is renewed.
    var expiry: Duration { lastRenewed + lease }

    func hasExpired(now: Duration) -> Bool { now >= expiry }

    /// Whether to report now; the answer is awaited then.
    mutating func beginBeat(now: Duration) -> Bool {
        guard !isBeating, isHurried || now >= nextBeat else { return false }
        isBeating = true
        isHurried = false
        return true
    }

    /// Report at the next opportunity; once more when a report is on its way, for it may have come too early.
    mutating func hurry() { isHurried = true }

    /// The worker holds steps from now on.
    mutating func holds() { nextBeat = min(nextBeat, lastRenewed + interval) }

    /// A report that was sent at `sentAt` has arrived, of a worker that holds steps or none.
    mutating func renewed(sentAt: Duration, isIdle: Bool) {
        isBeating = false
        lastRenewed = max(lastRenewed, sentAt)
        nextBeat = sentAt + interval * (isIdle ? 2 : 1)
    }

    /// A report did not arrive.
    mutating func failed(now: Duration) {
        isBeating = false
        nextBeat = now + min(lease / 10, .milliseconds(500))
    }
}
