import CairnStore

/// What a worker has to report of tasks that somebody else has locked. It is kept apart, so that it is in nobody's way,
/// and offered again after a growing wait. What else ends of such a task joins it.
struct LockedReports {
    /// What has changed, for people.
    enum News: Equatable {
        /// A task is locked that was not before, and how many more.
        case locked(Int64, others: Int)
        /// None is any more.
        case unlocked
    }

    static let shortestWait: Duration = .milliseconds(100)
    static let longestWait: Duration = .seconds(2)

    private(set) var items: [PendingSettlement] = []
    private(set) var retryAt: Duration = .zero
    private(set) var tasks: Set<Int64> = []
    private var failures = 0

    var isEmpty: Bool { items.isEmpty }

    /// Whether what ends of this task belongs here.
    func holds(_ item: PendingSettlement) -> Bool { tasks.contains(item.settlement.taskID) }

    func isDue(now: Duration) -> Bool { !items.isEmpty && retryAt <= now }

    mutating func append(_ item: PendingSettlement) { items.append(item) }
    mutating func putBack(_ batch: [PendingSettlement]) { items.insert(contentsOf: batch, at: 0) }

    /// Takes the first ones out.
    mutating func take(_ count: Int) -> [PendingSettlement] {
        defer { items.removeFirst(count) }
        return Array(items.prefix(count))
    }

    /// A batch, of these or of any, was settled but for these steps. Returns what is of tasks that are locked no longer.
    mutating func answered(
        _ batch: [PendingSettlement], locked: Set<StepKey>, now: Duration
    ) -> (freed: [PendingSettlement], news: News?) {
        if locked.isEmpty, tasks.isEmpty { return ([], nil) }
        let before = tasks
        let kept = batch.filter { locked.contains($0.key) }
        tasks.subtract(batch.map(\.settlement.taskID))
        tasks.formUnion(kept.map(\.settlement.taskID))
        let freed = items.filter { !tasks.contains($0.settlement.taskID) }
        items.removeAll { !tasks.contains($0.settlement.taskID) }
        items += kept
        if !kept.isEmpty {
            retryAt = now + min(Self.longestWait, Self.shortestWait * (1 << min(failures, 10)))
            failures += 1
        } else if items.isEmpty {
            failures = 0
        }
        let new = tasks.subtracting(before)
        if let first = new.min() { return (freed, .locked(first, others: new.count - 1)) }
        return (freed, tasks.isEmpty && !before.isEmpty ? .unlocked : nil)
    }
}
