package import CairnStore
package import Postgres

/// What became of a request, and how the tasks that it made look.
package struct IntakeAnswer: Sendable {
    /// What became of its submissions, in their order.
    package let outcomes: [SubmissionOutcome]
    /// The new tasks by their ids, of a caller that is to see them; an error where they could not be read.
    package let tasks: Result<[Int64: JSONText], any Error>
}

extension SubmissionOutcome {
    /// The id of the task that it made.
    var createdID: Int64? { if case .created(let id) = self { id } else { nil } }
}
