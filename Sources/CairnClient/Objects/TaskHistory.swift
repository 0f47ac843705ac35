public import CairnModel

/// Everything that happened to a task and its steps.
public struct TaskHistory: APIObject {
    /// The histories as the server wrote them.
    public let json: JSON
    /// What happened to the task itself.
    public let task: [HistoryRow]
    /// What happened to its steps.
    public let steps: [HistoryRow]

    /// Reads both histories.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        task = try Self.rows(json["task"])
        steps = try Self.rows(json["steps"])
    }

    /// Both, in the order in which they happened.
    public var merged: [HistoryRow] { (task + steps).sorted { $0.id < $1.id } }

    private static func rows(_ json: JSON?) throws(MissingMember) -> [HistoryRow] {
        try (json?.arrayValue ?? []).map { (row) throws(MissingMember) in try HistoryRow(json: row) }
    }
}

/// One committed change of a task or of a step.
public struct HistoryRow: APIObject {
    /// The row as the server wrote it.
    public let json: JSON
    /// Its number, in the order of both histories of one task.
    public let id: Int64
    /// When.
    public let at: Timestamp
    /// What happened.
    public let event: String
    /// The state before; `nil` for the first row.
    public let fromState: String?
    /// The state after.
    public let toState: String
    /// Every state passed through, first to last.
    public let path: [String]
    /// The step; `nil` for the task itself.
    public let step: String?
    /// The attempt of the step.
    public let attempt: Int?
    /// The worker that had the step.
    public let worker: Int64?
    /// Who did it, if somebody did.
    public let actor: String?
    /// Why.
    public let reason: String?

    /// Reads a row.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        id = try json.int("id")
        at = Timestamp(try json.text("at"))
        event = json["event"]?.stringValue ?? ""
        fromState = json["from_state"]?.stringValue
        toState = try json.text("to_state")
        path = json.texts("path")
        step = json["step"]?.stringValue
        attempt = json["attempt"]?.intValue.map(Int.init)
        worker = json["worker"]?.intValue
        actor = json["actor"]?.stringValue
        reason = json["reason"]?.stringValue
    }
}
