public import CairnModel

extension CairnClient {
    /// Submits one task; it is durable when this returns.
    ///
    /// - Throws: ``CairnClientError`` with the code `duplicate_task` and ``CairnClientError/existingTaskID`` when a task
    ///   of the same identity exists and the submission does not ask to have that one returned.
    public func submit(_ submission: Submission) async throws(CairnClientError) -> TaskObject {
        try await object(.post, "/v1/tasks", body: submission.json)
    }

    /// Submits many tasks at once and returns what became of each, in order.
    ///
    /// - Parameter isPartial: Whether the good ones are kept when some are refused; otherwise it is all or nothing.
    public func submitBatch(
        _ submissions: [Submission], isPartial: Bool = false
    ) async throws(CairnClientError) -> [BatchResult] {
        let reply = try await send(
            .post, "/v1/tasks/batch", query: isPartial ? [("partial", "true")] : [],
            body: .array(submissions.map(\.json)))
        return try BatchResult.list(reply)
    }

    /// One task with its steps.
    public func task(_ id: Int64) async throws(CairnClientError) -> TaskObject {
        try await object(.get, "/v1/tasks/\(id)")
    }

    /// A page of tasks, the newest first.
    public func tasks(_ filter: TaskFilter = TaskFilter()) async throws(CairnClientError) -> TaskPage {
        try await object(.get, "/v1/tasks", query: filter.query)
    }

    /// Everything that happened to a task and its steps.
    public func history(_ id: Int64) async throws(CairnClientError) -> TaskHistory {
        try await object(.get, "/v1/tasks/\(id)/history")
    }

    /// The results of a task's finished steps, by name.
    public func results(_ id: Int64) async throws(CairnClientError) -> JSON {
        try await parsed(.get, "/v1/tasks/\(id)/results")
    }

    /// A drawing of a task's steps and their states, as text in the format that was asked for.
    public func graph(_ id: Int64, format: GraphFormat = .mermaid) async throws(CairnClientError) -> String {
        try await send(.get, "/v1/tasks/\(id)/graph", query: [("format", format.rawValue)]).text
    }
}

/// How a graph is written.
public enum GraphFormat: String, Sendable, CaseIterable {
    /// For Markdown and the Mermaid tools.
    case mermaid
    /// For Graphviz.
    case dot
    /// Nodes and edges.
    case json
}
