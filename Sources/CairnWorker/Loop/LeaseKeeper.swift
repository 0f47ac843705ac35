/// When the worker reports itself, and whether its lease still holds. Pure; times count from the worker's start.
///
/// A worker that holds steps reports itself three times a lease. While it holds none nobody waits for the end of its lease, so
/// it may be silent for longer (`cairn.is_silent`). A look for steps says that it lives, too, if it last did so half a lease
/// before: an idle worker that looks now and then has nothing to report beside.
struct LeaseKeeper {
    let lease: Duration
    private var lastRenewed: Duration
    private var nextBeat: Duration
    /// Whether it holds no step.
    private var isIdle = true
    private var isBeating = false
    private var isHurried = false
    /// How long after the last report the next one is due.
    private var interval: Duration { isIdle ? idleLease * 4 / 5 : lease / 3 }
    private var idleLease: Duration { min(lease * 5, max(lease, .seconds(30))) }

    /// A worker that has just registered.
    init(lease: Duration, now: Duration) {
        self.lease = lease
        lastRenewed = now
        nextBeat = now + lease / 3
    }

    /// When there is something to do. `askedAt` is since when an exchange is on its way, if one is.
    func due(askedAt: Duration?) -> Duration {
        let expiry = expiry(askedAt: askedAt)
        return isBeating ? expiry : isHurried ? .zero : min(nextBeat, expiry)
    }

    /// When the lease ends, unless it is renewed.
    func expiry(askedAt: Duration?) -> Duration {
        guard isIdle else { return lastRenewed + lease }
        let end = lastRenewed + idleLease
        // An exchange may have brought steps that nobody knows of here; so it is waited for no longer than with steps.
        return askedAt.map { min(end, max(lastRenewed, $0) + lease) } ?? end
    }

    func hasExpired(now: Duration, askedAt: Duration?) -> Bool { now >= expiry(askedAt: askedAt) }

    /// Whether to report now; the answer is awaited then.
    mutating func beginBeat(now: Duration) -> Bool {
        guard !isBeating, isHurried || now >= nextBeat else { return false }
        isBeating = true
        isHurried = false
        return true
    }

    /// Report at the next opportunity; once more when a report is on its way, for it may have come too early.
    mutating func hurry() { isHurried = true }

    /// An exchange that was sent at `sentAt` has come back, with steps or without. It was a look if it reported nothing.
    mutating func answered(sentAt: Duration, isLook: Bool, hasSteps: Bool) {
        // At least that is what the database has written of a look; with steps by any other call the worker reports itself at
        // once.
        if isLook || isIdle && hasSteps { lastRenewed = max(lastRenewed, sentAt - lease / 2) }
        guard isIdle else { return }
        isIdle = !hasSteps
        nextBeat = isIdle ? max(nextBeat, lastRenewed + interval) : min(nextBeat, lastRenewed + interval)
    }

    /// A report that was sent at `sentAt` has arrived, of a worker that holds steps or none.
    mutating func renewed(sentAt: Duration, isIdle: Bool) {
        isBeating = false
        lastRenewed = max(lastRenewed, sentAt)
        self.isIdle = isIdle
        nextBeat = sentAt + interval
    }

    /// A report did not arrive.
    mutating func failed(now: Duration) {
        isBeating = false
        nextBeat = now + min(lease / 10, .milliseconds(500))
    }
}
