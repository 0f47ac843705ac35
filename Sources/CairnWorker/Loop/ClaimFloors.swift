import CairnStore

/// From where the next claim looks, for each namespace and rank: the oldest task of the last claim there, and of what
/// the same call settles, for a settled step may make its dependents ready. See `Migrations/functions/claim.sql`.
struct ClaimFloors {
    /// A look from the very start is due this often while the worker is busy.
    static let fullLookInterval: Duration = .seconds(1)
    /// With more ranks than this there is nothing to gain.
    static let capacity = 64

    private var floors: [PendingSettlement.Place: Int64] = [:]
    private var lastFullLook: Duration?

    /// The floors to send with these settlements; none when it is time to look from the very start. With floors, what the
    /// settlements unlock goes on at once; so a worker that does nothing else sends them too, as long as it settles.
    mutating func take(settling pending: some Sequence<PendingSettlement>, isIdle: Bool, now: Duration) -> [ClaimFloor]
    {
        let isDue = lastFullLook.map { now - $0 >= Self.fullLookInterval } ?? true
        if isDue || isIdle {
            lastFullLook = now
            return []
        }
        var floors = floors
        for one in pending {
            guard let place = one.place, let floor = floors[place] else { continue }
            floors[place] = min(floor, one.settlement.taskID)
        }
        return floors.map { ClaimFloor(namespaceID: $0.key.namespaceID, rank: $0.key.rank, taskID: $0.value) }
    }

    /// Learns from a claim.
    mutating func learn(_ claims: [Claim]) {
        var lowest: [PendingSettlement.Place: Int64] = [:]
        for claim in claims {
            let key = PendingSettlement.Place(namespaceID: claim.namespaceID, rank: claim.rank)
            lowest[key] = min(lowest[key] ?? .max, claim.taskID)
        }
        floors.merge(lowest) { _, new in new }
        if floors.count > Self.capacity { floors = lowest }
    }

    /// The next look starts at the very start.
    mutating func forget() {
        floors = [:]
        lastFullLook = nil
    }
}
