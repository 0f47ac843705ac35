/// What makes two tasks of a template the same task.
package enum IdentityPolicy: String, Sendable, CaseIterable {
    /// The template and the canonical form of the context.
    case strict
    /// A key that the caller must give.
    case callerProvided = "caller_provided"
    /// Nothing: every submit is a new task.
    case alwaysUnique = "always_unique"
}
