/// Why the intake did not take a request. Nothing was stored.
package enum IntakeError: Error, Sendable, Hashable {
    /// Too much waits already.
    case overloaded
    /// The server is stopping.
    case closed
}
