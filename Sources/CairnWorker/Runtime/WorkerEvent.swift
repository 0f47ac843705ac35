import CairnStore
import Postgres

/// What happens to a worker.
enum WorkerEvent: Sendable {
    case registered(Result<RegisteredWorker, any Error>)
    case exchanged(Result<ExchangeAnswer, any Error>)
    case audited(Result<[AttemptKey], any Error>)
    case deregistered(Result<Void, any Error>)
    case beat(HeartbeatReply?, workerID: Int64, sentAt: Duration)
    case ended(RunID, StepOutcome)
    case gathered
    case listener(PostgresListenerEvent)
    case drain(atOnce: Bool)
    case alarm
}

/// An exchange's reply, with the templates of what it claimed.
struct ExchangeAnswer: Sendable {
    var claims: [Claim]
    var refused: Int
    /// What is of tasks that somebody has locked, and was not settled.
    var locked: Set<AttemptKey>
    var isGone: Bool
}
