/// What a caller wants done on a connection.
struct WireOperation: Sendable {
    /// What it consists of.
    enum Work: Sendable {
        /// One sync group: all or nothing, one round trip.
        case group([PostgresQuery])
        /// Text of many statements, by the simple protocol.
        case script(String)
    }

    var id: UInt64
    var work: Work
    /// Whether it is the `commit` of a transaction: only then is a lost connection's outcome open inside one.
    var isCommit = false
    /// Called once, with no lock held; nil when nobody waits.
    var continuation: CheckedContinuation<WireOutcome, Never>?
}

/// What became of it.
struct WireOutcome: Sendable {
    var results: [PostgresResult] = []
    var error: PostgresError?
    /// A cached statement was stale and nothing has happened: running it again will prepare it anew.
    var mayRunAgain = false
}

/// What a connection tells its owner.
enum WireEvent: Sendable {
    case lost(PostgresError)
    case notification(channel: String, payload: String)
}

/// What is to be done once the lock is released.
struct WireEffects {
    var resumptions: [(CheckedContinuation<WireOutcome, Never>, WireOutcome)] = []
    var events: [WireEvent] = []
    var wantsWrite = false
    var detach = false
    var cancel: CancelRequest?
    var notices: [String] = []

    mutating func resume(_ continuation: CheckedContinuation<WireOutcome, Never>?, _ outcome: WireOutcome) {
        if let continuation { resumptions.append((continuation, outcome)) }
    }
}
