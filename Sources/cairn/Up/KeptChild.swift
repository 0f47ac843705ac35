import Foundation
import Subprocess
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
    private let tell: @Sendable ([Line]) -> Void

    /// Starts a child; `tell` gets what is to be told about it.
    init(_ child: Child, tell: @escaping @Sendable ([Line]) -> Void) {
        self.child = child
        self.tell = tell
    }

    /// How often it has ended by itself.
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
            var isGood = false
            do {
                let status = try await child.run(words)
                how = "\(status)"
                isGood = status.isSuccess
            } catch {
                how = "\(error)"
            }
            guard end() else { return }
            let wait = backoff.next(after: .now - start)
            tell(isGood ? leave(wait) : death(how, wait))
            // Woken early when the child is not wanted any more.
            let until = ContinuousClock.now + wait
            while ContinuousClock.now < until, !state.withLock({ $0.isStopping }) {
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Nobody here asked for that, so somebody else did. `up` was asked for a worker, and goes on with another.
    private func leave(_ wait: Duration) -> [Line] {
        [
            Line(
                "– \(child.name) was asked to leave by somebody else (a drain, or a signal), and ended well; "
                    + "another is started in \(Times.span(wait))", .yellow)
        ]
    }

    private func death(_ how: String, _ wait: Duration) -> [Line] {
        ["✖ \(child.name) died (\(how)); it is started again in \(Times.span(wait))"].map { Line($0, .red) }
            + child.lastWords().map { Line("    " + $0, .red) }
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
