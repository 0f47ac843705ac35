/// When the worker looks for steps though it has nothing to settle.
///
/// At the start, when woken, and after a claim that got all it asked for: at once. Otherwise when the poll interval has
/// passed. A worker that may be woken and finds nothing looks less and less often.
struct LookTimer {
    /// The longest interval of a worker that is woken when there is something.
    static let longestInterval: Duration = .seconds(15)
    /// After this long without an exchange, a worker that has room beside its running steps says that it may be woken.
    static let lull: Duration = .milliseconds(100)

    let base: Duration
    /// Whether notifications arrive now.
    var isListening = false
    private let pollOnly: Bool
    private var interval: Duration
    private var isWanted = true
    private var lastLook: Duration = .zero
    /// Whether the database knows that this worker waits.
    private(set) var isAnnounced = false

    init(interval: Duration, pollOnly: Bool) {
        base = interval
        self.interval = interval
        self.pollOnly = pollOnly
    }

    /// Look at once.
    mutating func want() {
        isWanted = true
        interval = base
    }

    /// When the next look is due.
    var due: Duration {
        if isWanted { return .zero }
        if !isAnnounced, !pollOnly { return lastLook + min(Self.lull, base) }
        return lastLook + (isAnnounced && isListening ? interval : base)
    }

    /// Whether a look says that the worker will wait if it gets nothing: when nothing runs, or nothing has ended for a
    /// while. (A worker whose steps end every few milliseconds looks then anyway, and spares the announcement.)
    func mayIdle(isRunning: Bool, isSettling: Bool) -> Bool { !pollOnly && !(isRunning && isSettling) }

    /// A look is on its way.
    mutating func sent(now: Duration) {
        isWanted = false
        lastLook = now
    }

    /// A call that took no look has brought steps that went on.
    mutating func wentOn() {
        isAnnounced = false
        interval = base
    }

    /// It came back. After the first empty one of a worker that waits, it looks once more: a step that became ready
    /// just before the announcement was committed has notified nobody.
    mutating func found(_ count: Int, of want: Int, mayIdle: Bool, now: Duration) {
        lastLook = now
        if count > 0 {
            wentOn()
            if count >= want { isWanted = true }
        } else if mayIdle {
            if isAnnounced {
                interval = min(interval * 3 / 2, max(Self.longestInterval, base))
            } else {
                isWanted = true
            }
            isAnnounced = true
        }
    }

    /// Nobody knows this worker any more, or not what it said.
    mutating func forget() {
        isAnnounced = false
        want()
    }
}
