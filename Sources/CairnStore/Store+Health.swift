extension Store {
    /// Whether the database answers and has every migration of this program; otherwise what is missing, as a sentence.
    package func readiness() async -> String? {
        do {
            let status = try await migrationStatus()
            if let problem = status.problem { return problem }
            return status.isCurrent ? nil : "the database is not migrated: run `cairn migrate`"
        } catch {
            return "the database does not answer: \(error)"
        }
    }
}
