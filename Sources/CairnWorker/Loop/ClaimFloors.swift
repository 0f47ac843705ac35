import CairnStore

/// From where the next claim looks, for each namespace and rank: the oldest task that the last claim there took in its order,
/// and of what the same call settles, for a settled step may make its dependents ready. See `Migrations/functions/claim.sql`.
///
/// A look from the very start passes all that has ended and was not vacuumed yet. While somebody holds a snapshot open that is all
/// the work since: 0.8 s after some minutes of it. So such looks get a fiftieth of the time at most.
struct ClaimFloors {
    /// A look from the very start is due this often while the worker is busy.
    static let fullLookInterval: Duration = .seconds(1)
    /// What was slow once, as where it waited for a lock, is tried again after so long.
    static let longestInterval: Duration = .seconds(20)
    /// With more ranks than this there is nothing to gain.
    static let capacity = 64

    private var floors: [PendingSettlement.Place: Int64] = [:]
    private var lastFullLook: Duration?
    /// How long the last one took.
    private var fullLookTime: Duration = .zero
    /// Whether the call in flight looks from the very start.
    private var isLooking = false
    /// When a worker that waits is to look from the very start, because that was too early when it began to wait.
    private(set) var owedAt: Duration?

    /// The floors to send with these settlements; none when it is time to look from the very start. With floors, what the
    /// settlements unlock goes on at once; so a worker that does nothing else sends them too, as long as it settles. A call
    /// that does not claim takes no look, so it sends what there are.
    mutating func take(
        settling pending: some Sequence<PendingSettlement>, isIdle: Bool, claims: Bool = true, now: Duration
    ) -> [ClaimFloor] {
        let affordableAt = lastFullLook.map { $0 + min(fullLookTime * 50, Self.longestInterval) } ?? now
        let dueAt = isIdle ? affordableAt : max(affordableAt, lastFullLook.map { $0 + Self.fullLookInterval } ?? now)
        isLooking = claims && now >= min(dueAt, owedAt ?? dueAt)
        if isLooking {
            lastFullLook = now
            owedAt = nil
            return []
        }
        if claims, isIdle { owedAt = affordableAt }
        var floors = floors
        for one in pending {
            guard let place = one.place, let floor = floors[place] else { continue }
            floors[place] = min(floor, one.settlement.taskID)
        }
        return floors.map { ClaimFloor(namespaceID: $0.key.namespaceID, rank: $0.key.rank, taskID: $0.value) }
    }

    /// The call with these floors took so long.
    mutating func answered(took time: Duration) {
        if isLooking { fullLookTime = time }
        isLooking = false
    }

    /// Learns from the claims of a call that settled these. Below the first one of a claim there is nothing, for it takes
    /// steps in their order. Of a task that the call settled a step of, a step may have gone on out of order: it can
    /// lower a floor, or be the first, and never raise one.
    mutating func learn(_ claims: [Claim], settling batch: [PendingSettlement] = []) {
        // Who works looks from the very start now and then anyway.
        if !claims.isEmpty { owedAt = nil }
        let settled = Set(batch.map(\.settlement.taskID))
        var lowest: [PendingSettlement.Place: Int64] = [:]
        var inOrder: [PendingSettlement.Place: Int64] = [:]
        for claim in claims {
            let key = PendingSettlement.Place(namespaceID: claim.namespaceID, rank: claim.rank)
            lowest[key] = min(lowest[key] ?? .max, claim.taskID)
            if !settled.contains(claim.taskID) { inOrder[key] = min(inOrder[key] ?? .max, claim.taskID) }
        }
        for (key, task) in lowest { floors[key] = min(inOrder[key] ?? floors[key] ?? .max, task) }
        if floors.count > Self.capacity { floors = lowest }
    }

    /// The next look starts at the very start.
    mutating func forget() {
        floors = [:]
        lastFullLook = nil
        fullLookTime = .zero
        owedAt = nil
    }
}
