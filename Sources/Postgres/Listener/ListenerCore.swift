import Logging
import Synchronization

/// The shell around `ListenerState`: connects, listens, probes, sleeps.
final class ListenerCore: Sendable {
    private struct State {
        var listener: ListenerState
        var connection: WireConnection?
        var lease: UInt64 = 0
        /// Whoever waits for something to happen; `signals` counts what happened, so that nothing is slept through.
        var sleeper: (id: UInt64, continuation: CheckedContinuation<Void, Never>, timer: UInt64?)?
        var hasSignal = false
    }

    private let configuration: PostgresConfiguration
    private let probeInterval: Duration
    private let logger: Logger
    private let state: Lock<State>

    init(configuration: PostgresConfiguration, channels: Set<String>, probeInterval: Duration, logger: Logger) {
        self.configuration = configuration
        self.probeInterval = probeInterval
        self.logger = logger
        state = Lock(State(listener: ListenerState(channels: channels)))
    }

    var channels: Set<String> { state.withLock { $0.listener.wanted } }

    func setChannels(_ channels: Set<String>) {
        change { $0.listener.setChannels(channels) }
    }

    func disconnect() {
        let connection = state.withLock { state in
            defer { state.connection = nil }
            state.listener.lost()
            return state.connection
        }
        connection?.close()
    }

    /// Does the next thing until there is an event.
    func next() async -> PostgresListenerEvent? {
        while !Task.isCancelled {
            switch state.withLock({ $0.listener.next(random: Double.random(in: 0...1)) }) {
            case .emit(let event): return event
            case .connect(let delay):
                if delay > 0 { await sleep(.milliseconds(delay), untilSignal: false) }
                if !Task.isCancelled { await connect() }
            case .listen(let statements, let channels): await listen(statements, on: channels)
            case .probe: await probe()
            case .wait:
                if await sleep(probeInterval, untilSignal: true) { state.withLock { $0.listener.probeIsDue() } }
            }
        }
        disconnect()
        return nil
    }

    // MARK: Steps

    private func connect() async {
        let answer: Result<WireConnection, PostgresError> = await withCheckedContinuation { continuation in
            WireConnection.connect(configuration, logger: logger) { [weak self] event in
                self?.receive(event)
            } completion: {
                self.state.handover()
                continuation.resume(returning: $0)
            }
        }
        state.handover()
        switch answer {
        case .success(let connection):
            let lease = connection.beginLease()
            state.withLock { state in
                state.connection = connection
                state.lease = lease
                state.listener.connected()
            }
            // Lost before it was known here: then nobody has been told.
            if !connection.isUsable { lost() }
        case .failure(let error):
            logger.debug("the listener cannot connect", metadata: ["postgres.error": "\(error)"])
            state.withLock { $0.listener.connectFailed() }
        }
    }

    private func listen(_ statements: [String], on channels: Set<String>) async {
        if await run(statements.isEmpty ? ["select 1"] : statements) {
            state.withLock { if $0.listener.isConnected { $0.listener.listened(on: channels) } }
        }
    }

    private func probe() async {
        if await run(["select 1"]) { state.withLock { $0.listener.probed() } }
    }

    /// Runs statements; whatever goes wrong, and silence too, costs the connection.
    private func run(_ statements: [String]) async -> Bool {
        let (connection, lease) = state.withLock { ($0.connection, $0.lease) }
        guard let connection else { return false }
        let timer = Reactor.shared.after(configuration.connectTimeout) {
            connection.close(PostgresError(code: .outcomeUnknown, message: "the server did not answer a probe"))
        }
        let outcome = await connection.run(
            .group(statements.map { PostgresQuery(unescaped: $0) }), lease: lease)
        Reactor.shared.cancel(timer: timer)
        if let error = outcome.error {
            logger.debug("the listener lost its connection", metadata: ["postgres.error": "\(error)"])
            connection.close(error)
            lost()
        }
        return outcome.error == nil
    }

    // MARK: Events

    private func receive(_ event: WireEvent) {
        switch event {
        case .notification(let channel, let payload):
            change { $0.listener.notified(channel: channel, payload: payload) }
        case .lost: lost()
        }
    }

    /// Only the present connection counts: one that had been given up may say so late.
    private func lost() {
        change { state in
            guard let connection = state.connection, !connection.isUsable else { return }
            state.connection = nil
            state.listener.lost()
        }
    }

    /// Changes something and wakes up whoever waits for a change.
    private func change(_ body: (inout State) -> Void) {
        let sleeper = state.withLock { state in
            body(&state)
            state.hasSignal = true
            defer { state.sleeper = nil }
            return state.sleeper
        }
        guard let sleeper else { return }
        if let timer = sleeper.timer { Reactor.shared.cancel(timer: timer) }
        sleeper.continuation.resume()
    }

    // MARK: Sleep

    /// Sleeps; a change ends it early when `untilSignal`, cancellation always. Returns whether the time was up.
    @discardableResult
    private func sleep(_ duration: Duration, untilSignal: Bool) async -> Bool {
        guard untilSignal else {
            try? await Task.sleep(for: duration)
            return true
        }
        let id = Reactor.shared.nextID()
        let start = ContinuousClock.now
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let timer = Reactor.shared.after(duration) { [weak self] in self?.wake(id) }
                let isAwake = state.withLock { state in
                    if state.hasSignal || Task.isCancelled {
                        state.hasSignal = false
                        return true
                    }
                    state.sleeper = (id, continuation, timer)
                    return false
                }
                if isAwake {
                    Reactor.shared.cancel(timer: timer)
                    continuation.resume()
                }
            }
        } onCancel: {
            wake(id)
        }
        return state.withLock { state in
            defer { state.hasSignal = false }
            return !state.hasSignal && ContinuousClock.now - start >= duration
        }
    }

    private func wake(_ id: UInt64) {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let sleeper = state.sleeper, sleeper.id == id else { return nil }
            state.sleeper = nil
            if let timer = sleeper.timer { Reactor.shared.cancel(timer: timer) }
            return sleeper.continuation
        }
        sleeper?.resume()
    }
}
