import Synchronization

/// One timer that wakes its owner at a time which is set again and again. It may wake early, for a time that had been
/// set before; the owner then sets it anew.
final class Alarm: Sendable {
    private struct State {
        var due: ContinuousClock.Instant?
        var task: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let ring: @Sendable () -> Void

    init(ring: @escaping @Sendable () -> Void) { self.ring = ring }

    /// Wakes at this time at the latest. A later time than the present one leaves the timer as it is.
    func set(_ due: ContinuousClock.Instant) {
        state.withLock { state in
            if let present = state.due, present <= due { return }
            state.task?.cancel()
            state.due = due
            state.task = Task { await self.sleep(until: due) }
        }
    }

    private func sleep(until due: ContinuousClock.Instant) async {
        do { try await Task.sleep(until: due, clock: .continuous) } catch { return }
        let isMine = state.withLock { state in
            guard state.due == due else { return false }
            state.due = nil
            state.task = nil
            return true
        }
        if isMine { ring() }
    }

    /// Ends the timer.
    func cancel() async {
        let task = state.withLock { state in
            defer { state = State() }
            return state.task
        }
        task?.cancel()
        await task?.value
    }
}
