import Synchronization

/// Events for one reader, who takes all there are at once.
final class Inbox<Event: Sendable>: Sendable {
    private struct State {
        var events: [Event] = []
        /// Whether one of them cannot wait.
        var isUrgent = false
        var reader: CheckedContinuation<Void, Never>?
        /// Whether the reader waits for more than events that can wait.
        var isPatient = false
    }

    private let state = Mutex(State())

    /// Adds an event. One that `canWait` does not wake a reader who is patient.
    func post(_ event: Event, canWait: Bool = false) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.events.append(event)
            if canWait, state.isPatient { return nil }
            state.isUrgent = state.isUrgent || !canWait
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// All events there are, in order; waits until there is one, and when the reader is patient until there is one that
    /// cannot wait. Not ended by cancellation: whoever wants the reader to stop posts so.
    func take(patiently isPatient: Bool = false) async -> [Event] {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                state.isPatient = isPatient
                if state.isUrgent || (!isPatient && !state.events.isEmpty) { return true }
                state.reader = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return state.withLock { state in
            defer {
                state.events = []
                state.isUrgent = false
            }
            return state.events
        }
    }
}
