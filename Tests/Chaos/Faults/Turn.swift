import Synchronization
import TestSupport

/// Of several that want to do something only one does it at a time.
final class Turn: Sendable {
    private let isTaken = Atomic(false)

    /// Waits for its turn, does it, and lets the next one.
    func take<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await eventually("it is its turn", within: .seconds(600)) {
            isTaken.exchange(true, ordering: .acquiringAndReleasing) ? nil : ()
        }
        defer { isTaken.store(false, ordering: .releasing) }
        return try await body()
    }
}
