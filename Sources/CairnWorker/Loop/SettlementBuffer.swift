/// Finished steps that wait for the next exchange, oldest first.
///
/// When the database refuses a batch for its data, the batches become half as large until the culprit is alone; each
/// success doubles them again.
struct SettlementBuffer {
    /// How many steps one exchange settles at most.
    static let maxCount = 1000
    /// How many bytes of payload one exchange carries at most, unless one payload alone is larger.
    static let maxBytes = 8 * 1024 * 1024

    private var items: [PendingSettlement] = []
    private var limit = SettlementBuffer.maxCount

    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }
    var keys: Set<StepKey> { Set(items.map(\.key)) }

    mutating func append(_ item: PendingSettlement) { items.append(item) }

    /// Takes the next batch out.
    mutating func takeBatch() -> [PendingSettlement] {
        var bytes = 0
        var count = 0
        for item in items.prefix(limit) {
            bytes += item.byteCount
            if count > 0, bytes > Self.maxBytes { break }
            count += 1
        }
        defer { items.removeFirst(count) }
        return Array(items.prefix(count))
    }

    /// Puts a batch back that may not have arrived.
    mutating func putBack(_ batch: [PendingSettlement]) { items.insert(contentsOf: batch, at: 0) }

    /// A batch has been settled.
    mutating func settled() { limit = min(Self.maxCount, limit * 2) }

    /// The data of a batch was refused: smaller batches from here on. Returns the culprit when it is alone.
    mutating func refused(_ batch: [PendingSettlement]) -> PendingSettlement? {
        if batch.count == 1 { return batch[0] }
        limit = max(1, batch.count / 2)
        putBack(batch)
        return nil
    }

    /// Nobody wants these any more.
    mutating func discard() {
        items = []
        limit = Self.maxCount
    }
}
