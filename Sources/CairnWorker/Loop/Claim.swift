import CairnStore

/// A step that was claimed, as the loop sees it.
struct Claim: Sendable {
    var taskID: Int64
    var stepNo: Int32
    var attempt: Int16
    var namespaceID: Int32
    var rank: Int16
    /// How long it may run.
    var timeout: Duration
    /// What its handler needs; nil when it cannot run here now, and is handed back.
    var job: StepJob?

    var key: AttemptKey { AttemptKey(taskID: taskID, stepNo: stepNo, attempt: attempt) }
}

/// One run of a handler in this process; never used twice.
struct RunID: Sendable, Hashable {
    var number: UInt64
}
