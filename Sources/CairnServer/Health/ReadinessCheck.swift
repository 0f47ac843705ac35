import CairnModel
import CairnOrchestrator
import CairnStore

/// Asks whether the server can serve: connected, migrated, templates registered.
struct ReadinessCheck: Sendable {
    let store: Store
    let gate: StartGate
    let timeout: Duration

    /// Why the server cannot serve, as a sentence without internals; nil when it can.
    func whyNotReady() async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await ask() }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return "the database does not answer within \(timeout)"
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func ask() async -> String? {
        do {
            let status = try await store.migrationStatus()
            if let problem = status.problem { return problem }
            if !status.isCurrent { return "the database has not the schema of this server: run `cairn migrate`" }
            return gate.isOpen ? nil : "the server is still starting"
        } catch {
            return "the database cannot be reached"
        }
    }
}
