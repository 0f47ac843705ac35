/// Why the intake did not carry a request out. Nothing was stored.
package enum IntakeError: Error, Sendable, Hashable {
    /// Too much waits already.
    case overloaded
    /// The server is stopping.
    case closed
    /// Another transaction has a task with a key of the request, and has not ended: whether that task exists is open.
    case keyHeld
}
