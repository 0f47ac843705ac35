/// How a run of a handler ended.
enum StepOutcome: Sendable {
    /// With a result that is known to be JSON the database can hold.
    case succeeded([UInt8])
    case failed(StepFailure)
}
