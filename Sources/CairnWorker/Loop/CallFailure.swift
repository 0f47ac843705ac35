import CairnModel

/// How a call to the database failed, as far as it matters for what to do next.
enum CallFailure: Sendable, Hashable {
    /// The server refuses this very statement, for what it carries or for what it meets: it would do so again. Nothing
    /// of the call took effect.
    case refused(String)
    /// Cairn itself refuses the request, in these words: a namespace that was not granted, a lease that is too long. It
    /// would do so until somebody changes that.
    case rejected(CairnError)
    /// Another transaction was in the way; nothing of the call took effect.
    case conflict
    /// Somebody had something locked for longer than the call was to wait; nothing of it took effect.
    case locked(String)
    /// Nothing of the call took effect.
    case noEffect(Outage.Reason, String)
    /// The call may or may not have taken effect.
    case unknown(Outage.Reason, String)
}
