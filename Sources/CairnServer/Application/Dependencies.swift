package import CairnOrchestrator
package import CairnStore

/// What the routes stand on.
package struct Dependencies: Sendable {
    /// The database.
    package let store: Store
    /// The way in for tasks.
    package let intake: TaskIntake
    /// Whether the start is complete.
    package let gate: StartGate
    /// What the server cannot do at present.
    package let troubles: Troubles

    /// What the routes stand on.
    package init(store: Store, intake: TaskIntake, gate: StartGate, troubles: Troubles = Troubles()) {
        self.store = store
        self.intake = intake
        self.gate = gate
        self.troubles = troubles
    }
}
