import CairnStore

/// Finished steps that wait for the next exchange, oldest first.
///
/// When the database refuses a batch for its data, the batches become half as large until the culprit is alone; each
/// success doubles them again.
///
/// When the database waited in vain for somebody who has a task locked, or a step of it, the next batch waits for nobody,
/// and so finds out which tasks that are: what is of those is kept apart (``LockedReports``).
struct SettlementBuffer {
    /// How many steps one exchange settles at most.
    static let maxCount = 1000
    /// How many bytes of payload one exchange carries at most, unless one payload alone is larger.
    static let maxBytes = 8 * 1024 * 1024

    private var items: [PendingSettlement] = []
    private var limit = SettlementBuffer.maxCount
    private var locked = LockedReports()
    /// Whether the next batch is to wait for whoever has a task locked.
    private var isPatient = true
    /// Whether the last one did.
    private var hasWaited = false

    var isEmpty: Bool { items.isEmpty && locked.isEmpty }
    var count: Int { items.count + locked.items.count }
    var keys: Set<AttemptKey> { Set((items + locked.items).map(\.key)) }

    /// When there is something to send; nil while there is nothing at all.
    var due: Duration? { items.isEmpty ? (locked.isEmpty ? nil : locked.retryAt) : .zero }
    func isDue(now: Duration) -> Bool { due.map { $0 <= now } ?? false }
    /// Whether there is anything that does not wait for a lock.
    var hasFresh: Bool { !items.isEmpty }

    /// The attempts whose outcome cannot be reported because their tasks are locked, oldest first.
    var reporting: [AttemptKey] { locked.reporting }
    /// Whether somebody has the task locked, for all one knows.
    func isOfLockedTask(_ item: PendingSettlement) -> Bool { locked.tasks.contains(item.settlement.taskID) }
    /// The tasks that are locked, with those of which something is being offered again.
    var lockedTasks: Set<Int64> { locked.tasks }

    mutating func append(_ item: PendingSettlement) {
        if isOfLockedTask(item) { locked.append(item) } else { items.append(item) }
    }

    /// Takes the next batch out, and says whether the database is to wait for whoever has a task locked.
    mutating func takeBatch(now: Duration) -> (items: [PendingSettlement], waits: Bool) {
        // What was waited for in vain comes first: a locked task is in it that is not known yet.
        let isRetry = locked.isDue(now: now) && (isPatient || items.isEmpty)
        hasWaited = isPatient && !isRetry
        if isRetry { return (locked.take(batchCount(of: locked.items)), false) }
        let count = batchCount(of: items)
        defer { items.removeFirst(count) }
        return (Array(items.prefix(count)), isPatient)
    }

    private func batchCount(of items: [PendingSettlement]) -> Int {
        var bytes = 0
        var count = 0
        for item in items.prefix(limit) {
            bytes += item.byteCount
            if count > 0, bytes > Self.maxBytes { break }
            count += 1
        }
        return count
    }

    /// Puts a batch back that may not have arrived.
    mutating func putBack(_ batch: [PendingSettlement]) {
        locked.putBack(batch.filter(isOfLockedTask))
        items.insert(contentsOf: batch.filter { !isOfLockedTask($0) }, at: 0)
    }

    /// A batch has been settled, but for these steps of tasks that somebody has locked: they are offered
    /// again later, with what else has ended of those tasks.
    mutating func settled(_ batch: [PendingSettlement], locked keys: Set<AttemptKey>, now: Duration) -> LockedReports
        .News?
    {
        limit = min(Self.maxCount, limit * 2)
        isPatient = true
        let (freed, news) = locked.answered(batch, locked: keys, now: now)
        items += freed
        if !locked.tasks.isEmpty {
            for item in items where isOfLockedTask(item) { locked.append(item) }
            items.removeAll(where: isOfLockedTask)
        }
        return news
    }

    /// The database did not get a lock in time that a batch needed. Returns whether to try at once, without waiting.
    mutating func waitedInVain(_ batch: [PendingSettlement]) -> Bool {
        putBack(batch)
        isPatient = false
        return hasWaited && !batch.isEmpty
    }

    /// Everything is to be offered once more and without waiting, locked or not.
    mutating func offerAll() {
        items += locked.items
        locked = LockedReports()
        isPatient = false
    }

    /// The data of a batch was refused: smaller batches from here on. Returns the culprit when it is alone.
    mutating func refused(_ batch: [PendingSettlement]) -> PendingSettlement? {
        if batch.count == 1 {
            locked.forget(batch[0])
            return batch[0]
        }
        limit = max(1, batch.count / 2)
        putBack(batch)
        return nil
    }

    /// Nobody wants these any more.
    mutating func discard() {
        self = SettlementBuffer()
    }
}
