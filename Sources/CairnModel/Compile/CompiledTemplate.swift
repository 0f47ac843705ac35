/// A template as the database runs it: numbered steps with their dependents, every default filled in.
package struct CompiledTemplate: Sendable, Hashable {
    /// The namespace whose workers run its steps.
    package let namespace: String
    /// Its name within the namespace.
    package let name: String
    /// Its version.
    package let version: SemanticVersion
    /// What it is for.
    package let description: String?
    /// What makes two tasks the same.
    package let identity: IdentityPolicy
    /// What a task's context must look like; `nil` when anything will do.
    package let inputSchema: JSON?
    /// What it says about failures, and about tasks that make no progress.
    package let failure: FailurePolicy
    /// The steps; step number n is at index n - 1.
    package let steps: [CompiledStep]
}
