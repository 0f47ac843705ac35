import CairnModel
import CairnStore
import Postgres

extension PendingSettlement {
    /// What a handler may ask for at most; whoever wants to wait for longer is a mistake in the handler, or a server
    /// that sends nonsense in `Retry-After`.
    static let longestRetryAfter: Duration = .seconds(24 * 60 * 60)

    /// The end of a claim.
    init(claim: Claim, outcome: SettleOutcome, payload: [UInt8]?, retryAfter: Duration?) {
        settlement = Settlement(
            taskID: claim.taskID, stepNo: claim.stepNo, attempt: claim.attempt, outcome: outcome,
            payload: payload.map { JSONB(bytes: $0) },
            retryAfterMilliseconds: retryAfter.map { min($0, Self.longestRetryAfter).milliseconds })
        place = Place(namespaceID: claim.namespaceID, rank: claim.rank)
    }
}
