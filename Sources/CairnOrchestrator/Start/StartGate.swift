import ServiceLifecycle
import Synchronization

/// Opens once, when the database is migrated and the templates are registered; who needs that waits here.
package final class StartGate: Sendable {
    private typealias Continuation = CheckedContinuation<Bool, Never>

    private struct State {
        var isOpen = false
        var nextID = 0
        /// Who waits; nil for one that is about to.
        var waiters: [Int: Continuation?] = [:]
    }
    private let state = Mutex(State())

    /// A closed gate.
    package init() {}

    /// Whether it is open.
    package var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Opens it for good.
    package func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters.values.compactMap(\.self)
        }
        for waiter in waiters { waiter.resume(returning: true) }
    }

    /// Waits until it opens; false when the calling task is cancelled or its service shuts down before.
    package func wait() async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            state.waiters[state.nextID] = .some(nil)
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withCheckedContinuation { continuation in
                    let answer = state.withLock { state -> Bool? in
                        if state.isOpen { return true }
                        guard state.waiters.keys.contains(id) else { return false }
                        state.waiters[id] = .some(continuation)
                        return nil
                    }
                    if let answer { continuation.resume(returning: answer) }
                }
            } onGracefulShutdown: {
                self.leave(id)
            }
        } onCancel: {
            self.leave(id)
        }
    }

    private func leave(_ id: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) ?? nil }
        waiter?.resume(returning: false)
    }
}
