import Foundation
import Synchronization

/// A child that is kept running: when it dies, that is told, and it is started again.
final class KeptChild: Sendable {
    private struct State {
        var isStopping = false
        var words: AsyncStream<Child.Word>.Continuation?
        var keeper: Task<Void, Never>?
        var deaths = 0
    }

    let child: Child
    private let state = Mutex(State())
    private let tell: @Sendable ([String]) -> Void

    /// Starts a child; `tell` gets what is to be told about it.
    init(_ child: Child, tell: @escaping @Sendable ([String]) -> Void) {
        self.child = child
        self.tell = tell
    }

    /// How often it has died by itself.
    var deaths: Int { state.withLock { $0.deaths } }

    /// Starts it and keeps it. This task lives as long as the child is wanted; `stop` ends and awaits it.
    func start() {
        let keeper = Task { await self.keep() }
        state.withLock { $0.keeper = keeper }
    }

    /// Asks it to end and waits until it has; one that takes too long is made to.
    func stop() async {
        let keeper = say(.stop)
        let impatience = Task {
            try await Task.sleep(for: self.child.grace)
            self.kill()
        }
        await keeper?.value
        impatience.cancel()
    }

    /// Makes it end at once.
    func kill() { _ = say(.kill) }

    private func say(_ word: Child.Word) -> Task<Void, Never>? {
        state.withLock { state in
            state.isStopping = true
            state.words?.yield(word)
            return state.keeper
        }
    }

    private func keep() async {
        var backoff = RestartBackoff()
        while let words = begin() {
            let start = ContinuousClock.now
            let how: String
            do {
                how = "\(try await child.run(words))"
            } catch {
                how = "\(error)"
            }
            guard end() else { return }
            let wait = backoff.next(after: .now - start)
            tell(
                ["✖ \(child.name) died (\(how)); it is started again in \(Times.span(wait))"]
                    + child.lastWords().map { "    " + $0 })
            // Woken early when the child is not wanted any more.
            let until = ContinuousClock.now + wait
            while ContinuousClock.now < until, !state.withLock({ $0.isStopping }) {
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// The words for the next run; nil when there is to be none.
    private func begin() -> AsyncStream<Child.Word>? {
        state.withLock { state in
            guard !state.isStopping else { return nil }
            let (stream, continuation) = AsyncStream.makeStream(of: Child.Word.self)
            state.words = continuation
            return stream
        }
    }

    /// Notes the end of a run; whether there is to be another.
    private func end() -> Bool {
        state.withLock { state in
            state.words = nil
            if !state.isStopping { state.deaths += 1 }
            return !state.isStopping
        }
    }
}

extension Times {
    static func span(_ duration: Duration) -> String {
        let parts = duration.components
        return span(Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
    }
}
