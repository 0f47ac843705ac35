import CairnStore

/// The handlers that run in this process, and when their time is up.
struct RunTable {
    struct Run {
        var claim: Claim
        var startedAt: Duration
        var deadline: Duration
        /// Its outcome has been reported, or nobody wants it any more; it only keeps its slot until it ends.
        var isReported = false
        /// It was cancelled because the worker stops.
        var isStopping = false
        /// It was cancelled because its task is being stopped, or because somebody else settled the step.
        var isUnwanted = false
    }

    private var runs: [RunID: Run] = [:]
    private var nextNumber: UInt64 = 0
    /// Not later than the earliest deadline; exact after `takeOverdue`.
    private(set) var earliestDeadline: Duration?

    /// Slots in use.
    var count: Int { runs.count }
    /// Handlers whose outcome is awaited.
    var awaited: Int { runs.values.count { !$0.isReported } }
    /// Whether anything runs whose outcome is awaited.
    var isAwaiting: Bool { runs.values.contains { !$0.isReported } }
    /// The attempts that are to be reported as running: their outcome is awaited, and for all one knows wanted.
    var wanted: [AttemptKey] { runs.values.lazy.filter { !$0.isReported && !$0.isUnwanted }.map(\.claim.key) }
    /// The attempts whose outcome is awaited.
    var awaitedKeys: Set<AttemptKey> { Set(runs.values.lazy.filter { !$0.isReported }.map(\.claim.key)) }

    mutating func begin(_ claim: Claim, now: Duration) -> RunID {
        let id = RunID(number: nextNumber)
        nextNumber += 1
        let deadline = now + claim.timeout
        runs[id] = Run(claim: claim, startedAt: now, deadline: deadline)
        earliestDeadline = min(earliestDeadline ?? deadline, deadline)
        return id
    }

    /// A handler has ended and gives its slot back.
    mutating func end(_ id: RunID) -> Run? { runs.removeValue(forKey: id) }

    /// The runs whose time is up. Their outcome is not awaited any more.
    mutating func takeOverdue(now: Duration) -> [(RunID, Run)] {
        guard let earliestDeadline, earliestDeadline <= now else { return [] }
        let overdue = takeAwaited { $0.deadline <= now }
        self.earliestDeadline = runs.values.lazy.filter { !$0.isReported }.map(\.deadline).min()
        return overdue
    }

    /// The runs whose outcome is awaited no more from now on.
    mutating func takeAwaited(where isMeant: (Run) -> Bool = { _ in true }) -> [(RunID, Run)] {
        let meant = runs.filter { !$0.value.isReported && isMeant($0.value) }
        for id in meant.keys { runs[id]?.isReported = true }
        return meant.sorted { $0.key.number < $1.key.number }.map { ($0.key, $0.value) }
    }

    /// Marks those of these attempts that run, and did at that time, as unwanted; returns them. One that was handed back
    /// before it began may be claimed again under the same number.
    mutating func takeUnwanted(_ keys: Set<AttemptKey>, since time: Duration) -> [(RunID, Claim)] {
        if keys.isEmpty { return [] }
        let meant = runs.filter {
            !$0.value.isReported && !$0.value.isUnwanted && $0.value.startedAt <= time
                && keys.contains($0.value.claim.key)
        }
        for id in meant.keys { runs[id]?.isUnwanted = true }
        return meant.sorted { $0.key.number < $1.key.number }.map { ($0.key, $0.value.claim) }
    }

    /// Marks all whose outcome is awaited as stopping; returns them. What was cancelled before is not among them.
    mutating func beginStopping() -> [RunID] {
        let meant = runs.filter { !$0.value.isReported && !$0.value.isStopping && !$0.value.isUnwanted }.keys
        for id in meant { runs[id]?.isStopping = true }
        return meant.sorted { $0.number < $1.number }
    }
}
