import Postgres

extension Store {
    /// Starts nothing new in a namespace; false when it was paused before.
    package func pauseNamespace(_ name: String, _ action: OperatorAction) async throws -> Bool {
        try await acting(
            action, on: "namespace \(name)", "select cairn.pause_namespace(\(name), \(action.by), \(action.reason))"
        ).value(0)
    }

    /// Ends the pause of a namespace; false when it was not paused.
    package func resumeNamespace(_ name: String, _ action: OperatorAction) async throws -> Bool {
        try await acting(
            action, on: "namespace \(name)", "select cairn.resume_namespace(\(name), \(action.by), \(action.reason))"
        ).value(0)
    }

    /// Asks a worker to finish what it runs and leave; false when it is leaving already.
    package func drainWorker(_ id: Int64, _ action: OperatorAction) async throws -> Bool {
        try await acting(
            action, on: "worker \(id)", "select cairn.drain_worker(\(id), \(action.by), \(action.reason))"
        ).value(0)
    }
}
