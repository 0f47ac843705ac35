/// A step as the database runs it. Steps are known by number, from 1, in topological order.
package struct CompiledStep: Sendable, Hashable {
    /// A path that is evaluated into the input.
    package struct InputPath: Sendable, Hashable {
        /// Where its value goes: keys and indices (as text, from 0) from the root of the input; empty for all of it.
        package let at: [String]
        /// The SQL/JSON path.
        package let path: String
    }

    /// Its number.
    package let number: Int
    /// Its name.
    package let name: String
    /// What it does.
    package let description: String?
    /// The handler that runs it.
    package let handler: String
    /// The handler's settings, an object.
    package let config: JSON
    /// The numbers of the steps it waits for, ascending.
    package let dependsOn: [Int]
    /// The numbers of the steps that wait for it, ascending.
    package let dependents: [Int]
    /// The numbers of the steps whose results or errors its input is made from, ascending.
    package let resultsNeeded: [Int]
    /// The numbers of the steps whose results or errors its condition looks at, ascending.
    package let whenResultsNeeded: [Int]
    /// The input with `null` in the place of every path; `nil` when the template gives no input.
    package let inputLiteral: JSON?
    /// The paths of the input; `nil` when the template gives no input.
    package let inputPaths: [InputPath]?
    /// The condition, a SQL/JSON predicate.
    package let when: String?
    /// How long one attempt may take.
    package let timeout: Milliseconds
    /// How it is retried.
    package let retry: RetryPolicy
    /// What its final failure does.
    package let onFailure: FailureAction
    /// How long it waits once its dependencies are met.
    package let delay: Milliseconds?

    /// ``timeout`` in milliseconds.
    package var timeoutMs: Int64 { timeout.rawValue }
}
