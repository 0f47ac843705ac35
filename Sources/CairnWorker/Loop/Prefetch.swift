import CairnStore

/// How many steps to claim before there is a slot for them, so that a slot that comes free is used at once and not after the
/// next exchange. Only where that pays: where handlers end within a few exchanges, so that what is claimed ahead waits for a
/// few milliseconds, and where the last claim got all it asked for, so that there is something to claim.
struct Prefetch {
    /// Steps of handlers that run for less are not worth it, for all of them end within one exchange anyway; those of
    /// handlers that run for longer would keep steps from workers that could start them.
    static let runs: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(250)
    /// From this share of a handler's time on, what an exchange takes is worth it.
    static let leastShare = 0.02

    /// Claimed steps that wait for a slot, oldest first.
    private var waiting: [(claim: Claim, since: Duration)] = []
    private var exchange = MovingMean()
    private var run = MovingMean()
    private var isThereMore = false

    var count: Int { waiting.count }
    var keys: [AttemptKey] { waiting.map(\.claim.key) }
    /// When the first of them has waited for too long.
    var due: Duration? { waiting.first.map { $0.since + Self.runs.upperBound } }

    /// How many steps to hold beside those that run.
    func limit(concurrency: Int) -> Int {
        guard isThereMore, let exchange = exchange.value, let run = run.value, Self.runs.contains(run) else { return 0 }
        let share = exchange / run
        guard share >= Self.leastShare else { return 0 }
        // One exchange may have to wait for another; and handlers that were started together end together.
        return min(concurrency, 1 + Int((2 * share * Double(concurrency)).rounded(.up)))
    }

    /// An exchange that claimed took so long, and got this many of those it asked for, beside those that went on: these do
    /// not show that there is anything to claim.
    mutating func exchanged(took time: Duration, got count: Int, of want: Int) {
        exchange.add(time)
        isThereMore = count > 0 && count >= want
    }

    /// A handler ran for so long.
    mutating func ran(for time: Duration) { run.add(time) }

    mutating func append(_ claim: Claim, now: Duration) { waiting.append((claim, now)) }

    /// The next to start.
    mutating func takeFirst() -> Claim? { waiting.isEmpty ? nil : waiting.removeFirst().claim }

    /// Those that have waited for too long: others may start them sooner. Then nothing is claimed ahead until there is a slot
    /// again; otherwise this worker would claim them at once.
    mutating func takeOverdue(now: Duration) -> [Claim] {
        let count = waiting.prefix { $0.since + Self.runs.upperBound <= now }.count
        if count == 0 { return [] }
        isThereMore = false
        defer { waiting.removeFirst(count) }
        return waiting.prefix(count).map(\.claim)
    }

    /// Those of these attempts that wait, and did at that time.
    mutating func take(_ keys: Set<AttemptKey>, since time: Duration) -> [Claim] {
        let isMeant = { (one: (claim: Claim, since: Duration)) in one.since <= time && keys.contains(one.claim.key) }
        let taken = waiting.filter(isMeant).map(\.claim)
        waiting.removeAll(where: isMeant)
        return taken
    }

    mutating func takeAll() -> [Claim] {
        defer { waiting = [] }
        return waiting.map(\.claim)
    }
}

/// What something takes on average, of late.
private struct MovingMean {
    private(set) var value: Duration?

    mutating func add(_ sample: Duration) { value = value.map { $0 + (sample - $0) / 8 } ?? sample }
}
