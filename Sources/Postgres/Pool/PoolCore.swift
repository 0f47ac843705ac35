import Logging
import Synchronization

/// The shell around `PoolState`: opens and closes connections, wakes those who wait.
final class PoolCore: Sendable {
    /// How a waiter is answered.
    typealias Answer = Result<WireConnection, PostgresError>

    private struct State {
        var pool: PoolState<WireConnection>
        var waiting: [UInt64: Waiter] = [:]
        var leased: [UInt64: WireConnection] = [:]
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    private struct Waiter {
        var continuation: CheckedContinuation<Answer, Never>
        var timer: UInt64
    }

    let configuration: PostgresConfiguration
    let logger: Logger
    private let state: Lock<State>

    init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        state = Lock(State(pool: PoolState(maximum: configuration.maxConnections)))
    }

    // MARK: Acquire

    /// Waits for a connection, in turn. The caller has to `release` it.
    func acquire() async throws -> WireConnection {
        if Task.isCancelled { throw PostgresError.cancelledBeforeSending }
        if let connection = takeIdle() { return connection }
        let waiter = Reactor.shared.nextID()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { wait(waiter, $0) }
        } onCancel: {
            answer(waiter, .failure(.cancelledBeforeSending))
        }
        state.handover()
        return try outcome.get()
    }

    /// The quick way: no suspension when a connection is free and nobody is in front.
    private func takeIdle() -> WireConnection? {
        state.withLock { state in
            guard state.pool.waiters.isEmpty, !state.pool.idle.isEmpty else { return nil }
            guard case .lease(let connection) = state.pool.acquire(0) else { return nil }
            state.leased[connection.id] = connection
            return connection
        }
    }

    private func wait(_ waiter: UInt64, _ continuation: CheckedContinuation<Answer, Never>) {
        let timer = Reactor.shared.after(configuration.acquireTimeout) { [weak self] in
            self?.timedOut(waiter)
        }
        let (answer, connect) = state.withLock { state -> (Answer?, Bool) in
            if Task.isCancelled { return (.failure(.cancelledBeforeSending), false) }
            switch state.pool.acquire(waiter) {
            case .lease(let connection):
                state.leased[connection.id] = connection
                return (.success(connection), false)
            case .refuse(let error): return (.failure(error), false)
            case .wait(let connect):
                state.waiting[waiter] = Waiter(continuation: continuation, timer: timer)
                return (nil, connect)
            }
        }
        if connect { self.connect() }
        if let answer {
            Reactor.shared.cancel(timer: timer)
            continuation.resume(returning: answer)
        }
    }

    private func timedOut(_ waiter: UInt64) {
        answer(
            waiter,
            .failure(
                PostgresError(
                    code: .acquireTimeout,
                    message: "none of \(configuration.maxConnections) connections became free within "
                        + "\(configuration.acquireTimeout)")))
    }

    /// Answers one who still waits; nothing happens when that one has been answered already.
    private func answer(_ waiter: UInt64, _ answer: Answer) {
        let entry = state.withLock { state in
            state.pool.abandon(waiter) ? state.waiting.removeValue(forKey: waiter) : nil
        }
        resume(entry, answer)
    }

    private func resume(_ waiter: Waiter?, _ answer: Answer) {
        guard let waiter else { return }
        Reactor.shared.cancel(timer: waiter.timer)
        waiter.continuation.resume(returning: answer)
    }

    // MARK: Release

    /// Takes a connection back; it goes to whoever waits longest, or is closed when it is not in order.
    func release(_ connection: WireConnection) {
        let isReusable = connection.endLease()
        if !isReusable { connection.close() }
        settle { state in
            state.leased[connection.id] = nil
            return isReusable ? (state.pool.released(connection), false) : (nil, state.pool.discarded())
        }
    }

    /// Decides under the lock, then hands over, closes or connects without it.
    private func settle(_ decide: (inout State) -> (PoolState<WireConnection>.Placement?, Bool)) {
        let (waiter, given, unwanted, connect, drained) = state.withLock { state in
            let (placement, connect) = decide(&state)
            var waiter: Waiter?
            var given: WireConnection?
            var unwanted: WireConnection?
            switch placement {
            case .hand(let connection, let id):
                waiter = state.waiting.removeValue(forKey: id)
                state.leased[connection.id] = connection
                given = connection
            case .close(let connection): unwanted = connection
            case .park, nil: break
            }
            return (waiter, given, unwanted, connect, takeDrained(&state))
        }
        if let given { resume(waiter, .success(given)) }
        unwanted?.close()
        if connect { self.connect() }
        for continuation in drained { continuation.resume() }
    }

    private func takeDrained(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        guard state.pool.isDrained else { return [] }
        defer { state.drained = [] }
        return state.drained
    }

    // MARK: Connect

    private func connect() {
        logger.trace("connecting")
        // A connection may die before the pool has it; then `lost` finds nothing, and the check below does.
        WireConnection.connect(configuration, logger: logger) { [weak self] event in
            if case .lost(let error) = event { self?.lost(error) }
        } completion: { result in
            switch result {
            case .success(let connection):
                self.settle { ($0.pool.connected(connection), false) }
                if !connection.isUsable { self.removeLost() }
            case .failure(let error): self.connectFailed(error)
            }
        }
    }

    private func connectFailed(_ error: PostgresError) {
        logger.debug("cannot connect", metadata: ["postgres.error": "\(error)"])
        let (waiters, drained) = state.withLock { state in
            (state.pool.connectFailed().compactMap { state.waiting.removeValue(forKey: $0) }, takeDrained(&state))
        }
        for waiter in waiters { resume(waiter, .failure(error)) }
        for continuation in drained { continuation.resume() }
    }

    /// A connection died. If it was parked, it leaves; if it is out, its holder finds out and `release` sees to it.
    private func lost(_ error: PostgresError) {
        logger.debug("a connection was lost", metadata: ["postgres.error": "\(error)"])
        removeLost()
    }

    private func removeLost() {
        state.withLock { state in
            while state.pool.lost(where: { !$0.isUsable }) {}
        }
    }

    // MARK: Close

    /// Refuses new leases and waits until those that are out have come back; when the task is cancelled, they are
    /// closed under their holders.
    func close() async {
        closeIdle()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDrained = state.withLock { state in
                    if !state.pool.isDrained { state.drained.append(continuation) }
                    return state.pool.isDrained
                }
                if isDrained { continuation.resume() }
            }
        } onCancel: {
            for connection in state.withLock({ Array($0.leased.values) }) { connection.close() }
        }
    }

    /// Refuses new leases and closes what nobody uses.
    func closeIdle() {
        let (waiters, idle) = state.withLock { state in
            let (ids, idle) = state.pool.close()
            return (ids.compactMap { state.waiting.removeValue(forKey: $0) }, idle)
        }
        for waiter in waiters { resume(waiter, .failure(.poolClosed)) }
        for connection in idle { connection.close() }
    }

    /// How many connections are idle, leased and being opened.
    var counts: (idle: Int, leased: Int, connecting: Int, waiting: Int) {
        state.withLock { ($0.pool.idle.count, $0.pool.leased, $0.pool.connecting, $0.pool.waiters.count) }
    }
}
