import CairnModel
import CairnStore

/// What a worker does next: its decisions, without a database, a task or a clock.
///
/// Whenever no call is in flight and there is something to settle, or room and a reason to look for steps, one exchange
/// goes out with all of it. There is no timer in between: while one is in flight, finished steps gather for the next, so
/// batches grow with the load and an idle worker answers at once. Only after a claim of several steps the next exchange
/// waits until each of their handlers has had its turn, so that what ends at once goes out together; not for those that
/// take longer.
///
/// ```
///  unregistered ──register──▶ live ──gone─────────────▶ unregistered
///                              │ ──lease not renewed──▶ flushing ──settled, deregistered──▶ unregistered
///                              └ ──drained───────────── leaving ──deregistered──▶ finished
/// ```
///
/// A worker whose registration is rejected, in Cairn's own words, has finished as well.
///
/// Times count from the worker's start. Feed events in, then take actions by `next` until there is none, and come
/// back at `due` at the latest.
struct ExchangeLoop {
    enum Phase: Equatable {
        case unregistered
        case live
        /// The lease has ended: what is finished is still offered, everything else is given up.
        case flushing
        case finished
    }

    /// The call in flight.
    enum Call {
        case register
        /// `want` is for how many steps there is room; `claims` whether it takes any beside those that go on.
        case exchange(batch: [PendingSettlement], want: Int, claims: Bool, mayIdle: Bool, sentAt: Duration)
        case audit
        case deregister
    }

    /// How long that wait may take: handlers that keep all threads busy are not waited for.
    static let longestGather: Duration = .milliseconds(2)

    let concurrency: Int
    let pollOnly: Bool
    let drainTimeout: Duration
    /// See ``WorkerConfiguration/patience``.
    let patience: Duration

    var phase = Phase.unregistered
    var workerID: Int64 = 0
    var lease: LeaseKeeper?
    var call: Call?
    var runs = RunTable()
    var prefetch = Prefetch()
    var buffer = SettlementBuffer()
    var floors = ClaimFloors()
    var look: LookTimer
    var gate = ClaimGate()
    var outage = Outage()
    var drain: Drain?
    /// Why the worker was not let in; it has finished then.
    var rejection: CairnError?
    /// Until when the next call waits, at the latest, for the handlers that were started last.
    var gathersUntil: Duration?
    /// Whether the last exchange settled steps of few tasks and claimed nothing beside: a task is locked until its
    /// exchange ends, and claiming takes half of the time. The next one claims.
    var settlesApart = false
    /// When to ask for claims whose message may have got lost.
    var audits: [Duration] = []
    /// Whether to report the worker when the claim in flight has come back.
    var reportsAfterClaim = false
    var actions: [LoopAction] = []
    private var nextAction = 0

    init(concurrency: Int, pollOnly: Bool, pollInterval: Duration, drainTimeout: Duration, patience: Duration) {
        self.concurrency = concurrency
        self.pollOnly = pollOnly
        self.drainTimeout = drainTimeout
        self.patience = patience
        look = LookTimer(interval: pollInterval, pollOnly: pollOnly)
    }

    var isFinished: Bool { phase == .finished && nextAction == actions.count }

    /// The next thing to do; nil when there is nothing until an event or `due`.
    mutating func next(now: Duration) -> LoopAction? {
        tick(now: now)
        if let action = takeAction() { return action }
        if let beat = nextBeat(now: now) { return beat }
        guard call == nil, now >= callsFrom else { return nil }
        return nextCall(now: now)
    }

    private mutating func takeAction() -> LoopAction? {
        guard nextAction < actions.count else { return nil }
        defer {
            nextAction += 1
            if nextAction == actions.count {
                actions.removeAll(keepingCapacity: true)
                nextAction = 0
            }
        }
        return actions[nextAction]
    }

    /// Since when an exchange is in flight.
    var askedAt: Duration? { if case .exchange(_, _, _, _, let sentAt) = call { sentAt } else { nil } }

    /// Before this no call goes out.
    private var callsFrom: Duration { max(outage.retryAt, gathersUntil ?? .zero) }

    /// When `next` has something to do if no event comes first.
    var due: Duration? {
        if phase == .finished { return nil }
        var times: [Duration] = []
        if let deadline = runs.earliestDeadline { times.append(deadline) }
        if let waiting = prefetch.due { times.append(waiting) }
        if let lease, phase == .live { times.append(lease.due(askedAt: askedAt)) }
        if let drain { times.append(drain.due) }
        if call == nil {
            if let looking = lookDue { times.append(max(looking, callsFrom)) }
            if let audit = audits.first { times.append(max(audit, callsFrom)) }
            if let sending = buffer.due { times.append(max(sending, callsFrom)) }
            if outage.reason != nil { times.append(callsFrom) }
        }
        return times.min()
    }
}
