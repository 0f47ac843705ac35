public import CairnModel

/// A page of tasks.
public struct TaskPage: APIObject {
    /// The page as the server wrote it.
    public let json: JSON
    /// The tasks, the newest first, without their steps.
    public let tasks: [TaskObject]
    /// What to give as ``TaskFilter/after`` to have the next page; `nil` on the last.
    public let next: Int64?

    /// Reads a page.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        guard let tasks = json["tasks"]?.arrayValue else { throw MissingMember(name: "tasks") }
        self.tasks = try tasks.map { (task) throws(MissingMember) in try TaskObject(json: task) }
        next = json["next"]?.intValue
    }
}

/// Which tasks to list.
public struct TaskFilter: Sendable, Hashable {
    /// Of this namespace.
    public var namespace: String?
    /// Of this template.
    public var template: String?
    /// In this state.
    public var state: String?
    /// That belong to this.
    public var correlationID: String?
    /// With this tag.
    public var tag: String?
    /// Submitted after this time (RFC 3339).
    public var createdAfter: String?
    /// Submitted before this time (RFC 3339).
    public var createdBefore: String?
    /// At most so many; 500 is the most.
    public var limit: Int?
    /// Behind this task.
    public var after: Int64?

    /// All tasks.
    public init() {}

    var query: [(String, String)] {
        [
            ("namespace", namespace), ("template_name", template), ("state", state), ("correlation_id", correlationID),
            ("tag", tag), ("created_after", createdAfter), ("created_before", createdBefore),
            ("limit", limit.map(String.init)), ("after", after.map(String.init)),
        ].compactMap { name, value in value.map { (name, $0) } }
    }
}
