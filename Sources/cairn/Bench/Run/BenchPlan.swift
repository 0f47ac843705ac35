/// What a benchmark is to do.
struct BenchPlan: Sendable {
    var phases: Set<BenchPhase>
    var shapes: [BenchShape]
    /// Steps to work off, of each shape.
    var steps: Int
    /// Tasks to run one at a time, of each shape.
    var idleTasks: Int
    /// Tasks a second that come whatever becomes of them; nil for half of what was worked off.
    var rate: Double?
    /// For how long a phase that has no end of its own is looked at.
    var seconds: Int
    var workers: Int
    /// How often everything is measured.
    var runs: Int
    /// Finished steps that the tables have before anything is measured.
    var agedSteps: Int?
    var holdsSnapshot: Bool
    var soakMinutes: Int?
    /// What the private PostgreSQL is told beside its defaults.
    var settings: [String: String] = [:]

    /// Whether there is anything to measure that needs a database.
    var needsDatabase: Bool {
        phases.contains { $0.needsDatabase } || holdsSnapshot || soakMinutes != nil
    }
}
