import CLibPQ
import Logging
import Synchronization

/// One connection to the server: a `WireState` under a lock, and the effects of it.
///
/// Statements are sent on their callers' threads; the reactor's thread reads the answers. The lock is held for calls of
/// libpq that do not block, never over a suspension.
final class WireConnection: ReactorSource {
    let id = Reactor.shared.nextID()
    let processID: Int32
    private let state: Lock<WireState>
    private let cancelTimeout: Duration
    private let logger: Logger
    private let onEvent: @Sendable (WireEvent) -> Void

    init(
        handle: sending OpaquePointer, notices: NoticeBox, configuration: PostgresConfiguration, logger: Logger,
        onEvent: @escaping @Sendable (WireEvent) -> Void
    ) {
        processID = PQbackendPID(handle)
        let descriptor = PQsocket(handle)
        state = Lock(
            WireState(
                handle: handle, notices: notices, statementCacheCapacity: configuration.statementCacheCapacity))
        cancelTimeout = configuration.cancelTimeout
        self.logger = logger
        self.onEvent = onEvent
        Reactor.shared.attach(self, id: id, descriptor: descriptor)
    }

    /// Does something under the lock, then what follows from it without the lock.
    private func perform<Result: Sendable>(_ body: (inout WireState, inout WireEffects) -> Result) -> Result {
        let (result, effects) = state.withLock { state -> (Result, WireEffects) in
            var effects = WireEffects()
            let result = body(&state, &effects)
            return (result, effects)
        }
        carryOut(effects)
        return result
    }

    private func carryOut(_ effects: WireEffects) {
        for notice in effects.notices {
            logger.debug("notice from the server", metadata: ["postgres.notice": "\(notice)"])
        }
        if effects.detach { Reactor.shared.detach(id) } else if effects.wantsWrite { Reactor.shared.wantWrite(id) }
        if let request = effects.cancel { start(request) }
        for event in effects.events { onEvent(event) }
        for (continuation, outcome) in effects.resumptions { continuation.resume(returning: outcome) }
    }

    private func start(_ request: CancelRequest) {
        Reactor.shared.after(cancelTimeout) { [weak self] in
            self?.perform { $0.cancelTimedOut(request.operation, &$1) }
        }
        HelperThread.start {
            if !request.send() { self.logger.debug("a cancel request did not reach the server") }
            self.perform { $0.cancelFinished(&$1) }
        }
    }

    // MARK: On the reactor's thread

    func ready() -> Bool { perform { $0.ready(&$1) } }

    func detached() { perform { state, _ in state.finish() } }

    // MARK: On any thread

    /// Whether the connection can be used.
    var isUsable: Bool { state.withLock { $0.lost == nil } }

    /// Whether nothing is going on and no transaction is open.
    var isIdle: Bool { state.withLock { $0.isIdle } }

    /// Runs an operation to its end. Cancelling the task cancels it, unless it is shielded.
    func run(
        _ work: WireOperation.Work, lease: UInt64, isCommit: Bool = false, isShielded: Bool = false
    ) async -> WireOutcome {
        let id = Reactor.shared.nextID()
        if isShielded { return await submit(id, work, lease, isCommit, isShielded: true) }
        return await withTaskCancellationHandler {
            await submit(id, work, lease, isCommit, isShielded: false)
        } onCancel: {
            perform { $0.cancel(id, &$1) }
        }
    }

    private func submit(
        _ id: UInt64, _ work: WireOperation.Work, _ lease: UInt64, _ isCommit: Bool, isShielded: Bool
    ) async -> WireOutcome {
        let outcome = await withCheckedContinuation { continuation in
            let operation = WireOperation(id: id, work: work, isCommit: isCommit, continuation: continuation)
            perform { state, effects in
                // Under the lock: either the flag is seen here, or `cancel` comes later and finds the operation.
                let isCancelled = !isShielded && Task.isCancelled
                state.submit(operation, lease: lease, isCancelled: isCancelled, &effects)
            }
        }
        state.handover()
        return outcome
    }

    /// Gives the connection to somebody; what former holders still send is refused.
    func beginLease() -> UInt64 {
        state.withLock { state in
            state.lease += 1
            return state.lease
        }
    }

    /// Takes the connection back. Returns whether it may be given to somebody else.
    func endLease() -> Bool {
        state.withLock { state in
            state.lease += 1
            state.pendingBegin = nil
            state.inTransaction = false
            return state.isIdle
        }
    }

    /// Has the next group begin a transaction. Returns false when one is open.
    func beginTransaction(_ sql: String) -> Bool {
        state.withLock { state in
            if state.inTransaction { return false }
            state.pendingBegin = sql
            state.inTransaction = true
            return true
        }
    }

    /// Ends the transaction's bookkeeping. Returns whether the server knows of the transaction.
    func endTransaction() -> Bool {
        state.withLock { state in
            defer { state.pendingBegin = nil }
            return state.pendingBegin == nil && state.inTransaction
        }
    }

    /// The transaction is over.
    func transactionEnded() { state.withLock { $0.inTransaction = false } }

    /// Closes the connection. What is going on fails with `error`.
    func close(_ error: PostgresError = PostgresError(code: .closed, message: "the connection was closed")) {
        perform { $0.lose(error, &$1) }
    }
}
