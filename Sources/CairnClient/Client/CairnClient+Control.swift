public import CairnModel

extension CairnClient {
    /// Cancels a task: what waits at once, what runs as soon as its worker hears of it.
    public func cancel(_ id: Int64, _ whoAndWhy: WhoAndWhy) async throws(CairnClientError) -> TaskObject {
        try await object(.post, "/v1/tasks/\(id)/cancel", body: whoAndWhy.json())
    }

    /// Gives the failed steps of a task new attempts; it goes on by itself.
    public func retry(_ id: Int64, _ whoAndWhy: WhoAndWhy) async throws(CairnClientError) -> TaskObject {
        try await object(.post, "/v1/tasks/\(id)/retry", body: whoAndWhy.json())
    }

    /// Ends a task as dealt with by other means.
    public func resolve(_ id: Int64, _ whoAndWhy: WhoAndWhy) async throws(CairnClientError) -> TaskObject {
        try await object(.post, "/v1/tasks/\(id)/resolve", body: whoAndWhy.json())
    }

    /// Changes the priority of what a task has not started yet.
    public func setPriority(
        _ id: Int64, to priority: Int, _ whoAndWhy: WhoAndWhy
    ) async throws(CairnClientError) -> TaskObject {
        try await object(
            .post, "/v1/tasks/\(id)/priority", body: whoAndWhy.json(("priority", JSON(priority))))
    }

    /// Why a task and its steps, or one of them, do not go on.
    public func explain(_ id: Int64, step: String? = nil) async throws(CairnClientError) -> Explanations {
        try await object(.get, "/v1/tasks/\(id)/explain", query: step.map { [("step", $0)] } ?? [])
    }

    /// A step with all its attempts.
    public func step(_ task: Int64, _ name: String) async throws(CairnClientError) -> StepObject {
        try await object(.get, "/v1/tasks/\(task)/steps/\(encoded(name))")
    }

    /// Does something to a step; the task goes on by itself.
    public func change(
        step name: String, of task: Int64, _ action: StepAction, _ whoAndWhy: WhoAndWhy
    ) async throws(CairnClientError) -> StepObject {
        try await object(
            .patch, "/v1/tasks/\(task)/steps/\(encoded(name))", body: whoAndWhy.json(members: action.members))
    }

    /// Counts the tasks that a bulk action would be tried on.
    public func count(_ action: BulkAction, _ filter: BulkFilter) async throws(CairnClientError) -> BulkReport {
        try await object(.post, "/v1/tasks/bulk", body: .object(JSONObject(action.members(filter))))
    }

    /// Does an action to many tasks; returns when it is done to all of them.
    public func run(
        _ action: BulkAction, _ filter: BulkFilter, _ whoAndWhy: WhoAndWhy
    ) async throws(CairnClientError) -> BulkReport {
        let members = action.members(filter) + [JSONObject.Member(name: "dry_run", value: false)]
        return try await object(.post, "/v1/tasks/bulk", body: whoAndWhy.json(members: members))
    }
}

/// What is done to a step.
public enum StepAction: Sendable, Hashable {
    /// A failed step gets new attempts.
    case resetForRetry
    /// It counts as dealt with by other means.
    case resolveManually
    /// It is complete, with this result.
    case completeManually(JSON)
    /// It runs again although it has ended; with `downstream` also what depends on it.
    case rerun(downstream: Bool)

    var members: [JSONObject.Member] {
        switch self {
        case .resetForRetry: [.init(name: "action", value: "reset_for_retry")]
        case .resolveManually: [.init(name: "action", value: "resolve_manually")]
        case .completeManually(let result):
            [.init(name: "action", value: "complete_manually"), .init(name: "result", value: result)]
        case .rerun(let downstream):
            [.init(name: "action", value: "rerun"), .init(name: "downstream", value: .bool(downstream))]
        }
    }
}

extension WhoAndWhy {
    /// The body of a request, with these members besides.
    func json(_ members: (String, JSON)...) -> JSON {
        json(members: members.map { JSONObject.Member(name: $0.0, value: $0.1) })
    }

    func json(members: [JSONObject.Member]) -> JSON {
        .object(
            JSONObject(
                members + [.init(name: "by", value: .string(by)), .init(name: "reason", value: .string(reason))]))
    }
}
