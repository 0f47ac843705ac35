public import CairnModel

/// A task. One that was asked for by its id has its steps as well.
public struct TaskObject: APIObject, Hashable {
    /// The task as the server wrote it.
    public let json: JSON
    /// Its number.
    public let id: Int64
    /// The namespace whose workers run it.
    public let namespace: String
    /// The template it was made from.
    public let templateName: String
    /// The version of the template; it stays the same for the task's whole life.
    public let templateVersion: String
    /// Where it stands; a name that this version may not know.
    public let stateName: String
    /// Higher is sooner.
    public let priority: Int
    /// How many steps it has, has finished and has lost.
    public let stepsTotal, stepsComplete, stepsFailed: Int
    /// Before this time it does not start.
    public let runAt: Timestamp?
    /// When it was submitted.
    public let createdAt: Timestamp?
    /// When its first step began.
    public let startedAt: Timestamp?
    /// When it ended.
    public let finishedAt: Timestamp?
    /// Its steps in the order of the template; empty in a list of tasks.
    public let steps: [StepObject]

    /// Reads a task.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        id = try json.int("id")
        namespace = try json.text("namespace")
        templateName = try json.text("template_name")
        templateVersion = json["template_version"]?.stringValue ?? ""
        stateName = try json.text("state")
        priority = Int(json["priority"]?.intValue ?? 0)
        let steps = try (json["steps"]?.arrayValue ?? []).map { (step) throws(MissingMember) in
            try StepObject(json: step)
        }
        self.steps = steps
        stepsTotal = json["steps_total"]?.intValue.map(Int.init) ?? steps.count
        stepsComplete = json["steps_complete"]?.intValue.map(Int.init) ?? 0
        stepsFailed = json["steps_failed"]?.intValue.map(Int.init) ?? 0
        runAt = json.time("run_at")
        createdAt = json.time("created_at")
        startedAt = json.time("started_at")
        finishedAt = json.time("finished_at")
    }
}

extension TaskObject {
    /// Where it stands; `nil` for a state that this version does not know.
    public var state: TaskState? { TaskState(rawValue: stateName) }
    /// Whether it is being cancelled, and steps of it still run.
    public var isCancelling: Bool { json["cancelling"]?.boolValue ?? false }
    /// What it works on.
    public var context: JSON { json["context"] ?? .null }
    /// What its submitter sent along.
    public var headers: JSON? { json.value("headers") }
    /// Words to find it by.
    public var tags: [String] { json.texts("tags") }
    /// What it belongs to, in the submitter's words.
    public var correlationID: String? { json["correlation_id"]?.stringValue }
    /// The submitter's own name for it.
    public var idempotencyKey: String? { json["idempotency_key"]?.stringValue }
    /// Why it was submitted.
    public var reason: String? { json["reason"]?.stringValue }

    /// Whether two were read from the same JSON.
    public static func == (left: TaskObject, right: TaskObject) -> Bool { left.json == right.json }
    /// Feeds the JSON into `hasher`.
    public func hash(into hasher: inout Hasher) { hasher.combine(json) }
}
