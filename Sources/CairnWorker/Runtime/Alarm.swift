import Postgres
import Synchronization

/// One timer that wakes its owner at a time which is set again and again. It may wake early, for a time that had been
/// set before; the owner then sets it anew.
///
/// It does not depend on the threads that handlers run on, which a handler may block: a worker reports itself all the same.
final class Alarm: Sendable {
    private struct State {
        var due: ContinuousClock.Instant?
        var timer: UInt64?
    }

    private let state = Mutex(State())
    private let ring: @Sendable () -> Void

    init(ring: @escaping @Sendable () -> Void) { self.ring = ring }

    /// Wakes at this time at the latest. A later time than the present one leaves the timer as it is.
    func set(_ due: ContinuousClock.Instant) {
        state.withLock { state in
            if let present = state.due, present <= due { return }
            if let timer = state.timer { PostgresThread.cancel(timer: timer) }
            state.due = due
            state.timer = PostgresThread.after(due - .now) { [weak self] in self?.fired(due) }
        }
    }

    private func fired(_ due: ContinuousClock.Instant) {
        let isPresent = state.withLock { state in
            guard state.due == due else { return false }
            state = State()
            return true
        }
        if isPresent { ring() }
    }

    /// Ends the timer.
    func cancel() {
        state.withLock { state in
            if let timer = state.timer { PostgresThread.cancel(timer: timer) }
            state = State()
        }
    }
}
