import Postgres
import Synchronization

/// The tokens that the database gave to the workers of this process: a worker's functions take them as proof, so that
/// nobody speaks for another's incarnation by knowing its number.
final class WorkerTokens: Sendable {
    private let tokens = Mutex<[Int64: PostgresUUID]>([:])

    subscript(workerID: Int64) -> PostgresUUID? {
        get { tokens.withLock { $0[workerID] } }
        set { tokens.withLock { $0[workerID] = newValue } }
    }
}
