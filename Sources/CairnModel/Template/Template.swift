/// A task template: the steps of a workflow and how they depend on each other, decoded and checked.
///
/// A value of this type exists only if ``decode(_:file:)`` found no error, so whoever holds one need not check again.
package struct Template: Sendable, Hashable {
    /// The namespace whose workers run its steps.
    package let namespace: String
    /// Its name within the namespace.
    package let name: String
    /// Its version; immutable once registered.
    package let version: SemanticVersion
    /// What it is for.
    package let description: String?
    /// What makes two tasks the same.
    package let identity: IdentityPolicy
    /// What a task's context must look like; `nil` when anything will do.
    package let inputSchema: JSON?
    /// What applies to steps that say nothing themselves.
    package let defaults: StepDefaults
    /// What it says about failures, and about tasks that make no progress.
    package let failure: FailurePolicy
    /// The steps, in the order of the file.
    package let steps: [TemplateStep]
    /// The whole document as it was written.
    package let document: JSON

    init(
        namespace: String, name: String, version: SemanticVersion, description: String?, identity: IdentityPolicy,
        inputSchema: JSON?, defaults: StepDefaults, failure: FailurePolicy, steps: [TemplateStep],
        document: JSON
    ) {
        self.namespace = namespace
        self.name = name
        self.version = version
        self.description = description
        self.identity = identity
        self.inputSchema = inputSchema
        self.defaults = defaults
        self.failure = failure
        self.steps = steps
        self.document = document
    }
}
