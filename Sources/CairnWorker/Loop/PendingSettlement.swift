import CairnStore
import Postgres

/// A finished step on its way to the database.
struct PendingSettlement: Sendable {
    /// Where its dependents will stand in the order of claims.
    struct Place: Sendable, Hashable {
        var namespaceID: Int32
        var rank: Int16
    }

    var settlement: Settlement
    var place: Place?
    /// Whether it stands for a payload that the database refused.
    var isSubstitute = false

    var key: AttemptKey {
        AttemptKey(taskID: settlement.taskID, stepNo: settlement.stepNo, attempt: settlement.attempt)
    }
    var byteCount: Int { settlement.payload?.bytes.count ?? 0 }
}
