/// What a step's final failure does to its task.
package enum FailureAction: String, Sendable, CaseIterable {
    /// Its dependents never run, and the task ends in error once nothing else can move.
    case error
    /// As `error`, but the task rests until an operator acts or its time is up.
    case block
    /// Its dependents run, with the failure as input; the task can complete.
    case `continue`
    /// Everything downstream is skipped; the task can complete.
    case skipDependents = "skip_dependents"
}
