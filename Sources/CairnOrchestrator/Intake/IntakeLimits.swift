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
    /// How many statements with the submissions of many are in flight at once.
    package var statements: Int
    /// For how many requests a statement starts beside another, however many that one has.
    package var gathered: Int
    /// How many requests are sent alone at once, for they may have a key that is held.
    package var alone: Int
    /// How many requests wait in the database at once for a key that is held. When there are more, they are refused as
    /// ``IntakeError/keyHeld``.
    package var patient: Int
    /// How many submissions may wait to be sent alone, or for somebody else's wait for the same key; and, for the bytes
    /// of them, the same share of `queuedBytes`.
    package var apartSubmissions: Int

    /// Limits.
    package init(
        queuedSubmissions: Int = 20_000, queuedBytes: Int = 256 << 20, statementSubmissions: Int = 1000,
        statementBytes: Int = 8 << 20, statements: Int = 2, gathered: Int = 64, alone: Int = 2, patient: Int = 2,
        apartSubmissions: Int = 5000
    ) {
        self.queuedSubmissions = queuedSubmissions
        self.queuedBytes = queuedBytes
        self.statementSubmissions = statementSubmissions
        self.statementBytes = statementBytes
        self.statements = statements
        self.gathered = gathered
        self.alone = alone
        self.patient = patient
        self.apartSubmissions = apartSubmissions
    }

    /// Room for what goes together.
    var shared: IntakeRoom { IntakeRoom(submissions: queuedSubmissions, bytes: queuedBytes) }

    /// Room for what is sent apart, so that it takes none from the others.
    var apart: IntakeRoom {
        let share = max(1, queuedSubmissions / max(1, apartSubmissions))
        return IntakeRoom(submissions: apartSubmissions, bytes: queuedBytes / share)
    }
}
