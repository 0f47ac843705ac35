package import Postgres

/// How an attempt ended, as its worker reports it.
package enum SettleOutcome: String, Sendable {
    case succeeded
    case retryable
    case permanent
    case timedOut = "timed_out"
    /// Handed back by a worker whose handler never began; the attempt is not counted. Also the end of an attempt that is
    /// not wanted any more: it is cancelled when its task is being stopped, and refused when somebody else settled it.
    case released
}

/// One step that a worker is done with.
package struct Settlement: Sendable {
    package var taskID: Int64
    package var stepNo: Int32
    package var attempt: Int16
    package var outcome: SettleOutcome
    /// The result of a success, or the error object (`code`, `message`, …) of a failure. Must be JSON that jsonb takes.
    package var payload: JSONB?
    /// A wait in milliseconds that was asked for (`Retry-After`).
    package var retryAfterMilliseconds: Int64?

    package init(
        taskID: Int64, stepNo: Int32, attempt: Int16, outcome: SettleOutcome, payload: JSONB?,
        retryAfterMilliseconds: Int64? = nil
    ) {
        self.taskID = taskID
        self.stepNo = stepNo
        self.attempt = attempt
        self.outcome = outcome
        self.payload = payload
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }
}

/// From where a claim looks, for one namespace and rank: see `Migrations/functions/claim.sql`.
package struct ClaimFloor: Sendable, Hashable {
    package var namespaceID: Int32
    package var rank: Int16
    package var taskID: Int64

    package init(namespaceID: Int32, rank: Int16, taskID: Int64) {
        self.namespaceID = namespaceID
        self.rank = rank
        self.taskID = taskID
    }
}

/// What a worker sends in one round trip.
package struct ExchangeRequest: Sendable {
    package var workerID: Int64
    package var settlements: [Settlement]
    /// How many steps the worker has room for.
    package var want: Int32
    /// Whether it takes steps that wait; otherwise only those that go on with it, for what they waited for is settled.
    package var claims: Bool
    /// The floors of its last claims; empty to look from the very start.
    package var floors: [ClaimFloor]
    /// Whether the worker will wait when it gets nothing, so that somebody should wake it.
    package var mayIdle: Bool
    /// For how long to wait for whoever has a task locked; zero not to wait, but to leave those tasks for later, and those
    /// of which somebody has but a step locked; nil for as long as it takes.
    package var patience: Duration?

    package init(
        workerID: Int64, settlements: [Settlement] = [], want: Int32, claims: Bool = true, floors: [ClaimFloor] = [],
        mayIdle: Bool = false, patience: Duration? = nil
    ) {
        self.workerID = workerID
        self.settlements = settlements
        self.want = want
        self.claims = claims
        self.floors = floors
        self.mayIdle = mayIdle
        self.patience = patience
    }
}

/// A step to run.
package struct ClaimedStep: Sendable {
    package let taskID: Int64
    package let stepNo: Int32
    package let attempt: Int16
    package let namespaceID: Int32
    package let rank: Int16
    package let templateID: Int64
    /// Whether its input could be made; if not, `input` says why, as a JSON string.
    package let isReadable: Bool
    /// The mapped input, when the step has a mapping.
    package let input: JSONB?
    /// The task's context, when the step has no mapping.
    package let context: JSONB?
    /// The results of the steps it needs, by name.
    package let results: JSONB
    package let headers: JSONB
    package let correlationID: String?
    /// The errors of the steps it needs that failed and are to be dealt with, by name.
    package let errors: JSONB
    /// How many attempts the step has, with those that a reset gave it; nil when its input could not be made.
    package let maxAttempts: Int16?
}

/// What comes back.
package struct ExchangeReply: Sendable {
    package var claimed: [ClaimedStep] = []
    /// What came too late, and had no effect.
    package var refused: [AttemptKey] = []
    /// What is of tasks that somebody else has locked: it had no effect, and is to be reported again.
    package var locked: [AttemptKey] = []
    /// The incarnation is not live any more: nothing was settled, and the worker must register anew.
    package var isGone = false
}
