import CairnStore

/// What a worker has to report of tasks that somebody else has locked. It waits apart, so that it is in nobody's way,
/// and is offered again after a growing wait. What else ends of such a task joins it.
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
    /// The attempts, numbered as they came, with those that are being offered again.
    private var numbers: [AttemptKey: Int] = [:]
    private var nextNumber = 0

    var isEmpty: Bool { items.isEmpty }

    /// The attempts, with those that are being offered again. Oldest first, in whatever order they are offered: who keeps
    /// in mind but the first thousand of them keeps the same ones in mind.
    var reporting: [AttemptKey] { numbers.sorted { $0.value < $1.value }.map(\.key) }

    func isDue(now: Duration) -> Bool { !items.isEmpty && retryAt <= now }

    mutating func append(_ item: PendingSettlement) {
        items.append(item)
        number([item])
    }

    mutating func putBack(_ batch: [PendingSettlement]) {
        items.insert(contentsOf: batch, at: 0)
        number(batch)
    }

    private mutating func number(_ items: [PendingSettlement]) {
        for item in items where numbers[item.key] == nil {
            numbers[item.key] = nextNumber
            nextNumber += 1
        }
    }

    /// This one, which was taken out, is not offered again.
    mutating func forget(_ item: PendingSettlement) { numbers[item.key] = nil }

    /// Takes the first ones out.
    mutating func take(_ count: Int) -> [PendingSettlement] {
        defer { items.removeFirst(count) }
        return Array(items.prefix(count))
    }

    /// A batch, of these or of any, was settled but for these steps. Returns what is of tasks that are locked no longer.
    mutating func answered(
        _ batch: [PendingSettlement], locked: Set<AttemptKey>, now: Duration
    ) -> (freed: [PendingSettlement], news: News?) {
        if locked.isEmpty, tasks.isEmpty { return ([], nil) }
        let before = tasks
        let stillLocked = batch.filter { locked.contains($0.key) }
        tasks.subtract(batch.map(\.settlement.taskID))
        tasks.formUnion(stillLocked.map(\.settlement.taskID))
        let freed = items.filter { !tasks.contains($0.settlement.taskID) }
        items.removeAll { !tasks.contains($0.settlement.taskID) }
        items += stillLocked
        for item in freed + batch where !locked.contains(item.key) { numbers[item.key] = nil }
        number(stillLocked)
        if !stillLocked.isEmpty {
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
