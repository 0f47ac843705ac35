/// What a listener tells.
public enum PostgresListenerEvent: Sendable, Hashable {
    /// All channels are being listened on: whatever is notified from now on arrives. Comes after each (re)connection
    /// and each change of channels; a look at the tables after it leaves no hole.
    case listening
    /// Somebody notified a channel.
    case notification(channel: String, payload: String)
    /// The connection is gone: nothing arrives until the listener is back. `gap` and `listening` follow then.
    case lost
    /// The listener had been away and listens again: something may have been missed. `listening` follows.
    case gap
}
