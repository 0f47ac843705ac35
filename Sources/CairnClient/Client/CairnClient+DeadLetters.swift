public import CairnModel

extension CairnClient {
    /// A page of dead letters, the newest first.
    public func deadLetters(
        _ filter: DeadLetterFilter = DeadLetterFilter()
    ) async throws(CairnClientError) -> DeadLetterPage {
        try await object(.get, "/v1/dlq", query: filter.query)
    }

    /// A dead letter with the task as it was.
    public func deadLetter(_ id: Int64) async throws(CairnClientError) -> DeadLetterObject {
        try await object(.get, "/v1/dlq/\(id)")
    }

    /// How many dead letters there are, of what kinds.
    public func deadLetterStats() async throws(CairnClientError) -> JSON { try await parsed(.get, "/v1/dlq/stats") }

    /// Opens a dead letter for a task, unless one is open; returns the open one.
    public func openDeadLetter(
        task: Int64, _ whoAndWhy: WhoAndWhy
    ) async throws(CairnClientError) -> DeadLetterObject {
        try await object(.post, "/v1/dlq", body: whoAndWhy.json(("task_id", JSON(task))))
    }

    /// Notes what was found out about a dead letter, or closes it.
    public func change(
        deadLetter id: Int64, _ action: DeadLetterAction, _ whoAndWhy: WhoAndWhy
    ) async throws(CairnClientError) -> DeadLetterObject {
        try await object(.patch, "/v1/dlq/\(id)", body: whoAndWhy.json(("action", .string(action.rawValue))))
    }
}

/// What is done to a dead letter.
public enum DeadLetterAction: String, Sendable, CaseIterable {
    /// The reason is added as a note.
    case investigate
    /// The failed steps get new attempts, and the task resumes by itself.
    case retry
    /// The task ends as dealt with by other means.
    case resolve
    /// The task is cancelled.
    case cancel
    /// Nothing has to be done.
    case close
    /// The task stays failed.
    case giveUp = "give_up"
}

/// Which dead letters to list.
public struct DeadLetterFilter: Sendable, Hashable {
    /// Only those that nobody has closed.
    public var isOpen = false
    /// With this status.
    public var status: String?
    /// For this reason.
    public var reason: String?
    /// Of this namespace.
    public var namespace: String?
    /// Of this template.
    public var template: String?
    /// Of this task.
    public var task: Int64?
    /// At most so many; 500 is the most.
    public var limit: Int?
    /// Behind this one.
    public var after: Int64?

    /// All.
    public init() {}

    var query: [(String, String)] {
        [
            ("open", isOpen ? "true" : nil), ("status", status), ("reason", reason), ("namespace", namespace),
            ("template_name", template), ("task_id", task.map(String.init)), ("limit", limit.map(String.init)),
            ("after", after.map(String.init)),
        ].compactMap { name, value in value.map { (name, $0) } }
    }
}
