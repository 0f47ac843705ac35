/// How much the intake holds and sends at once.
package struct IntakeLimits: Sendable, Hashable {
    /// How many submissions may wait. When there are more, requests are refused as ``IntakeError/overloaded``.
    package var queuedSubmissions: Int
    /// How many bytes of payload may wait.
    package var queuedBytes: Int
    /// How many submissions one statement takes; a single request may have more.
    package var statementSubmissions: Int
    /// How many bytes of payload one statement takes; a single request may have more.
    package var statementBytes: Int

    /// Limits.
    package init(
        queuedSubmissions: Int = 20_000, queuedBytes: Int = 256 << 20, statementSubmissions: Int = 1000,
        statementBytes: Int = 8 << 20
    ) {
        self.queuedSubmissions = queuedSubmissions
        self.queuedBytes = queuedBytes
        self.statementSubmissions = statementSubmissions
        self.statementBytes = statementBytes
    }
}
