import Synchronization

/// Ends somebody's wait: at once, or their next one if nobody waits at present.
package final class Bell: Sendable {
    private struct State {
        var isRung = false
        var waiter: Task<Void, Never>?
    }

    private let state = Mutex(State())

    /// A bell for one who waits.
    package init() {}

    /// Ends the wait.
    package func ring() {
        state.withLock {
            $0.isRung = true
            $0.waiter?.cancel()
        }
    }

    /// Waits for so long, until the bell is rung, or until the caller is cancelled.
    package func wait(for duration: Duration) async {
        let waiter = state.withLock { state in
            if !state.isRung { state.waiter = Task { try? await Task.sleep(for: duration) } }
            return state.waiter
        }
        await withTaskCancellationHandler {
            await waiter?.value
        } onCancel: {
            waiter?.cancel()
        }
        state.withLock { $0 = State() }
    }
}

/// What wakes the loops of a server.
package struct Bells: Sendable {
    /// There may be something to sweep.
    package let sweep = Bell()
    /// There may be hooks to deliver.
    package let hooks = Bell()

    package init() {}
}
