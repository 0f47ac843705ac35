import Synchronization
import TestSupport

/// Of several that want to do something only one does it at a time.
final class Turn: Sendable {
    private let isTaken = Atomic(false)

    /// Waits for its turn, does it, and lets the next one.
    func take<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await eventually("it is its turn", within: .seconds(600)) { tryTake() ? () : nil }
        defer { leave() }
        return try await body()
    }

    /// Takes the turn if nobody has it; ``leave()`` gives it on.
    func tryTake() -> Bool { !isTaken.exchange(true, ordering: .acquiringAndReleasing) }

    func leave() { isTaken.store(false, ordering: .releasing) }
}
