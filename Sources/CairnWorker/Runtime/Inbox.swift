import Synchronization

/// Events for one reader, who takes all there are at once.
final class Inbox<Event: Sendable>: Sendable {
    private struct State {
        var events: [Event] = []
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func post(_ event: Event) {
        let reader = state.withLock { state in
            state.events.append(event)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// All events there are, in order; waits until there is one. Not ended by cancellation: whoever wants the reader to
    /// stop posts so.
    func take() async -> [Event] {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if !state.events.isEmpty { return true }
                state.reader = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
        return takeNow()
    }

    /// The events there are.
    func takeNow() -> [Event] {
        state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }
}
