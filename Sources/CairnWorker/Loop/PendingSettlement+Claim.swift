import CairnStore
import Postgres

extension PendingSettlement {
    /// The end of a claim.
    init(claim: Claim, outcome: SettleOutcome, payload: [UInt8]?, retryAfter: Duration?) {
        settlement = Settlement(
            taskID: claim.taskID, stepNo: claim.stepNo, attempt: claim.attempt, outcome: outcome,
            payload: payload.map { JSONB(bytes: $0) }, retryAfterMilliseconds: retryAfter?.milliseconds)
        place = Place(namespaceID: claim.namespaceID, rank: claim.rank)
    }
}
