/// What a benchmark may measure, by the name that `--phase` takes.
enum BenchPhase: String, CaseIterable, Sendable {
    /// Each shape of graph in three ways, beside the floor.
    case shapes
    /// Submits by HTTP.
    case submit
    /// From a submit to the start of its step, on an idle system.
    case wakeup
    /// What a system does that has nothing to do.
    case idle
    /// Workers that are the limit: one, and eight.
    case scaling
    /// Swift alone, without a database.
    case micro

    /// Those that are measured when none is named.
    static let usual: [BenchPhase] = [.shapes, .submit, .wakeup, .idle]

    /// Whether it needs a database.
    var needsDatabase: Bool { self != .micro }
}
