import CLibPQ

/// All that a connection knows. Every function of it runs under the connection's lock, does not wait, and leaves what
/// must happen without the lock in the effects.
struct WireState {
    /// An operation that was sent and is not over.
    struct Flight {
        var operation: WireOperation
        var results: [PostgresResult] = []
        var failure: PostgresError?
        var failureIsFatal = false
        /// Statements that this group prepares, and all that it uses.
        var names: [String] = []
        var keys: [StatementCache.Key] = []
        /// Results ahead of the caller's own, of the `begin` that went along.
        var hidden = 0
        /// Sent inside a transaction that an earlier or this group began.
        var inTransaction = false
        var wantsCancel = false
        var sentCancel = false
    }

    let handle: OpaquePointer
    let notices: NoticeBox
    var pipeline = PipelineState()
    var cache: StatementCache
    var flights: [Flight] = []
    /// Not sent yet, in order.
    var held: [WireOperation] = []
    var runsScript = false
    /// The operation whose cancel request is under way: nothing is sent, so that it cannot hit the wrong statement.
    var cancelling: UInt64?
    /// The outcome of the cancelled operation, kept until the request is through.
    var deferred: (CheckedContinuation<WireOutcome, Never>?, WireOutcome)?
    /// Why the connection can be used no more.
    var lost: PostgresError?
    var isFinished = false
    /// Who may use the connection; each lease has a new number.
    var lease: UInt64 = 0
    /// The `begin` that goes out with the next group.
    var pendingBegin: String?
    var inTransaction = false

    init(handle: OpaquePointer, notices: NoticeBox, statementCacheCapacity: Int) {
        self.handle = handle
        self.notices = notices
        cache = StatementCache(capacity: statementCacheCapacity)
    }

    /// Whether nothing is going on and no transaction is open.
    var isIdle: Bool {
        lost == nil && flights.isEmpty && held.isEmpty && cancelling == nil
            && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    /// Takes an operation on, or refuses it.
    mutating func submit(_ operation: WireOperation, lease: UInt64, isCancelled: Bool, _ effects: inout WireEffects) {
        if lease != self.lease {
            let error = PostgresError(code: .closed, message: "a connection was used after its lease had ended")
            return effects.resume(operation.continuation, WireOutcome(error: error))
        }
        if isCancelled {
            return effects.resume(operation.continuation, WireOutcome(error: .cancelledBeforeSending))
        }
        if let lost {
            return effects.resume(operation.continuation, WireOutcome(error: lost.with(code: .notSent)))
        }
        held.append(operation)
        pump(&effects)
    }

    /// Sends what may be sent.
    mutating func pump(_ effects: inout WireEffects) {
        while lost == nil, cancelling == nil, !runsScript, let operation = held.first {
            if case .script = operation.work, !flights.isEmpty { return }
            held.removeFirst()
            send(operation, &effects)
        }
    }

    /// The connection is gone: everything on it fails, each in its own way.
    mutating func lose(_ error: PostgresError, _ effects: inout WireEffects) {
        guard lost == nil else { return }
        lost = error
        for flight in flights { effects.resume(flight.operation.continuation, flight.lost(error)) }
        for operation in held {
            effects.resume(operation.continuation, WireOutcome(error: error.with(code: .notSent)))
        }
        if let (continuation, outcome) = deferred { effects.resume(continuation, outcome) }
        flights = []
        held = []
        deferred = nil
        effects.detach = true
        effects.events.append(.lost(error))
    }

    /// Frees the connection; nobody watches its descriptor any more.
    mutating func finish() {
        guard !isFinished else { return }
        isFinished = true
        PQfinish(handle)
    }
}

extension WireState.Flight {
    /// What a lost connection means for this operation.
    func lost(_ error: PostgresError) -> WireOutcome {
        if let failure, !failureIsFatal { return WireOutcome(error: failure) }
        let cause = failure ?? error
        let isCertain = inTransaction && !operation.isCommit
        return WireOutcome(error: cause.with(code: isCertain ? .rolledBack : .outcomeUnknown))
    }
}

extension PostgresError {
    static let cancelledBeforeSending = PostgresError(
        code: .cancelled, message: "the task was cancelled before anything was sent")

    /// The same cause, with what it means for one operation.
    func with(code: Code) -> PostgresError {
        var copy = self
        copy.code = code
        return copy
    }
}
