import CairnStore

/// What the loop wants done. Calls to the database are answered through the function of the same name's result.
enum LoopAction: Sendable {
    /// Register a new incarnation.
    case register
    /// Settle and claim.
    case exchange(ExchangeRequest)
    /// Ask which steps the database believes this worker to hold.
    case audit(workerID: Int64)
    /// Say that the incarnation ends.
    case deregister(workerID: Int64)
    /// Give up the call in flight; it fails then.
    case abandonCall
    /// Report the worker, the attempts it runs, and those whose outcome it cannot report because their tasks are locked,
    /// beside whatever else is in flight.
    case heartbeat(workerID: Int64, draining: Bool, running: [AttemptKey], reporting: [AttemptKey])
    /// Run a handler.
    case start(RunID, StepJob, timeout: Duration)
    /// Say `gathered` when each of the handlers that were just started has had its turn.
    case gather
    /// Cancel the task of a handler.
    case cancel(RunID)
    /// Tell the people.
    case say(LoopNotice)
}

/// What people are told, once each.
enum LoopNotice: Sendable, Hashable {
    case databaseAway(Outage.Reason, String)
    case databaseBack(after: Duration)
    case registered(workerID: Int64)
    /// The database does not know this incarnation any more.
    case gone(workerID: Int64, running: Int)
    /// The incarnation could not report itself for a whole lease.
    case leaseLost(workerID: Int64, running: Int)
    /// No more is claimed; what runs may go on for so long.
    case draining(running: Int, byOperator: Bool, within: Duration)
    /// An attempt is not wanted any more; its handler is cancelled.
    case stopped(AttemptKey, step: String)
    /// Nothing runs any more, but what it came to of this task, and of so many more, cannot be reported: they are locked.
    /// That is waited for for so long.
    case drainWaits(Int64, others: Int, within: Duration)
    /// The drain timeout has passed.
    case drainTimedOut(running: Int)
    /// A settlement that the database refused; it became a permanent failure.
    case resultRefused(AttemptKey, String)
    /// That failure was refused, too: the step is left to its timeout.
    case settlementDropped(AttemptKey, String)
    /// A task that somebody else has locked, and how many more there are; what the worker has to report of them waits.
    case locked(Int64, others: Int)
    /// All of them could be reported.
    case unlocked
    /// Results that nobody could be told before the lease ended, for their tasks were locked.
    case lockedOut(Int)
    /// Settlements that came too late.
    case refused(Int)
    /// Claims whose message got lost; they are handed back.
    case orphans(Int)
    /// The end of a drain without having reached the database.
    case leftUnsettled(Int)
}
