import CairnStore
import Postgres

/// What may make a submission the same task as another, as far as can be told without the template.
///
/// A hint about whom to send apart, no identity: two that differ may have one key, and the database alone decides.
struct IntakeKey: Sendable, Hashable {
    private let hash: Int

    /// The key that the caller gave; without one, its context, which is the identity of strict templates.
    init(_ submission: TaskSubmission) {
        var hasher = Hasher()
        hasher.combine(submission.namespace)
        hasher.combine(submission.templateName)
        hasher.combine(submission.key)
        if submission.key == nil { hasher.combine(submission.context?.bytes ?? []) }
        hash = hasher.finalize()
    }
}

/// The keys that were found to be held by somebody's open transaction not long ago.
///
/// Who asks for one of them is sent apart, or a caller that asks again and again would stop the others each time.
struct HeldKeys: Sendable {
    private var found: [IntakeKey: Duration] = [:]
    private var last = Duration.zero
    /// For how long a key counts as held after it was last found so.
    private static let memory = Duration.seconds(10)
    /// How many are remembered.
    private static let limit = 20_000

    /// Whether one of these was found to be held not long ago.
    mutating func contains(anyOf keys: @autoclosure () -> [IntakeKey], at now: Duration) -> Bool {
        if found.isEmpty { return false }
        if now - last > Self.memory {
            found = [:]
            return false
        }
        return keys().contains { key in found[key].map { now - $0 <= Self.memory } ?? false }
    }

    /// These, or one of these, were found to be held.
    mutating func add(_ keys: [IntakeKey], at now: Duration) {
        if found.count + keys.count > Self.limit {
            found = found.filter { now - $0.value <= Self.memory }
            if found.count + keys.count > Self.limit { found = [:] }
        }
        for key in keys { found[key] = now }
        last = now
    }

    /// None of these is held any more.
    mutating func remove(_ keys: [IntakeKey]) {
        if found.isEmpty { return }
        for key in keys { found[key] = nil }
    }
}
