public import CairnModel

/// A message about the end of a task, posted to its callback URL.
public struct HookObject: APIObject {
    /// The hook as the server wrote it.
    public let json: JSON
    /// Its number.
    public let id: Int64
    /// The task that ended.
    public let taskID: Int64
    /// `pending`, `delivered` or `dead`.
    public let state: String

    /// Reads a hook.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        id = try json.int("id")
        taskID = try json.int("task_id")
        state = try json.text("state")
    }

    /// Where it is posted to.
    public var url: String { json["url"]?.stringValue ?? "" }
    /// How the task ended.
    public var taskState: String? { json["task_state"]?.stringValue }
    /// How often its delivery was begun.
    public var attempts: Int { Int(json["attempts"]?.intValue ?? 0) }
    /// When the task ended.
    public var endedAt: Timestamp? { json.time("ended_at") }
    /// When it is tried next.
    public var nextAt: Timestamp? { json.time("next_at") }
    /// When it was accepted.
    public var deliveredAt: Timestamp? { json.time("delivered_at") }
    /// The status of the last answer.
    public var lastStatus: Int? { json["last_status"]?.intValue.map(Int.init) }
    /// What went wrong with the last delivery.
    public var lastError: String? { json["last_error"]?.stringValue }
}

/// A page of hooks.
public struct HookPage: APIObject {
    /// The page as the server wrote it.
    public let json: JSON
    /// The hooks, the newest first.
    public let hooks: [HookObject]
    /// What to give as ``HookFilter/after`` to have the next page; `nil` on the last.
    public let next: Int64?

    /// Reads a page.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        guard let hooks = json["hooks"]?.arrayValue else { throw MissingMember(name: "hooks") }
        self.hooks = try hooks.map { (hook) throws(MissingMember) in try HookObject(json: hook) }
        next = json["next"]?.intValue
    }
}

/// Which hooks to list.
public struct HookFilter: Sendable, Hashable {
    /// In this state.
    public var state: String?
    /// Of this task.
    public var taskID: Int64?
    /// At most so many; 500 is the most.
    public var limit: Int?
    /// Behind this hook.
    public var after: Int64?

    /// All hooks.
    public init() {}

    var query: [(String, String)] {
        [
            ("state", state), ("task_id", taskID.map(String.init)), ("limit", limit.map(String.init)),
            ("after", after.map(String.init)),
        ].compactMap { name, value in value.map { (name, $0) } }
    }
}
