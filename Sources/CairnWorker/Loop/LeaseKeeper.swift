/// When the worker reports itself, and whether its lease still holds. Pure; times count from the worker's start.
struct LeaseKeeper {
    let lease: Duration
    private var lastRenewed: Duration
    private var nextBeat: Duration
    private var isBeating = false
    private var isHurried = false

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

    /// A report that was sent at `sentAt` has arrived.
    mutating func renewed(sentAt: Duration) {
        isBeating = false
        lastRenewed = max(lastRenewed, sentAt)
        nextBeat = sentAt + lease / 3
    }

    /// A report did not arrive.
    mutating func failed(now: Duration) {
        isBeating = false
        nextBeat = now + min(lease / 10, .milliseconds(500))
    }
}
