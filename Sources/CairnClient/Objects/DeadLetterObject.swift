public import CairnModel

/// A task that somebody has to look at.
public struct DeadLetterObject: APIObject {
    /// The entry as the server wrote it.
    public let json: JSON
    /// Its number.
    public let id: Int64
    /// The task.
    public let task: Int64
    /// Why it was opened: `retries_exhausted`, `permanent_error`, `poison`, `stale` or `manual`.
    public let reason: String
    /// `pending`, `investigating`, `resolved`, `permanently_failed` or `cancelled`.
    public let status: String

    /// Reads an entry.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        id = try json.int("id")
        task = try json.int("task_id")
        reason = try json.text("reason")
        status = try json.text("status")
    }

    /// What happened, as a sentence.
    public var message: String { json["message"]?.stringValue ?? "" }
    /// The namespace of the task.
    public var namespace: String? { json["namespace"]?.stringValue }
    /// The template of the task.
    public var templateName: String? { json["template_name"]?.stringValue }
    /// Where the task stands now.
    public var taskState: String? { json["task_state"]?.stringValue }
    /// When it was opened.
    public var openedAt: Timestamp? { json.time("opened_at") }
    /// When it was closed.
    public var closedAt: Timestamp? { json.time("closed_at") }
    /// By whom.
    public var closedBy: String? { json["closed_by"]?.stringValue }
    /// What was found out: `at`, `by`, `text`.
    public var notes: [JSON] { json["notes"]?.arrayValue ?? [] }
    /// The task, its steps and the last attempts of those that failed, as they were; only of one that was asked for by
    /// its number.
    public var snapshot: JSON? { json.value("snapshot") }
}

/// A page of dead letters.
public struct DeadLetterPage: APIObject {
    /// The page as the server wrote it.
    public let json: JSON
    /// The entries.
    public let deadLetters: [DeadLetterObject]
    /// What to give as ``DeadLetterFilter/after`` to have the next page; `nil` on the last.
    public let next: Int64?

    /// Reads a page.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        guard let letters = json["dead_letters"]?.arrayValue else { throw MissingMember(name: "dead_letters") }
        deadLetters = try letters.map { (letter) throws(MissingMember) in try DeadLetterObject(json: letter) }
        next = json["next"]?.intValue
    }
}
