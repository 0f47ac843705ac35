/// How a call to the database failed, as far as it matters for what to do next.
enum CallFailure: Sendable, Hashable {
    /// A payload is at fault; nothing of the call took effect.
    case data(String)
    /// Another transaction was in the way; nothing of the call took effect.
    case conflict
    /// Nothing of the call took effect.
    case noEffect(Outage.Reason, String)
    /// The call may or may not have taken effect.
    case unknown(String)
}
