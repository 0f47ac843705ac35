package import Postgres

/// One request for a task.
package struct TaskSubmission: Sendable {
    package var namespace: String
    package var templateName: String
    /// The context, a JSON object; nil is `{}`.
    package var context: JSONB?
    /// The other members of the request (version, priority, idempotency_key, …) as one JSON object; the database
    /// checks them.
    package var options: JSONB?
    /// Submissions of one number stand or fall together.
    package var group: Int32
    /// The idempotency key or dedup key among the options, which one of the two it is, and nil for neither: for whoever
    /// would tell without reading the options which submissions may be the same task.
    package var key: String?
    /// Whether the new task comes along with its outcome.
    package var isShown: Bool

    package init(
        namespace: String, templateName: String, context: JSONB? = nil, options: JSONB? = nil, group: Int32 = 0,
        key: String? = nil, isShown: Bool = false
    ) {
        self.namespace = namespace
        self.templateName = templateName
        self.context = context
        self.options = options
        self.group = group
        self.key = key
        self.isShown = isShown
    }
}

/// What became of a submission.
package enum SubmissionOutcome: Sendable {
    /// A new task: its id, and how it looks if it is to be shown.
    case created(_ id: Int64, task: JSONText? = nil)
    /// The task that has the same identity; the submission asked for it instead of an error.
    case existing(Int64)
    /// Nothing was stored: a stable code, a sentence, and details as a JSON object (`existing_task_id`, `errors`,
    /// `pointer`).
    case refused(code: String, message: String, details: JSONB?)
}
