public import CairnModel

/// A step of a task.
public struct StepObject: APIObject, Hashable {
    /// The step as the server wrote it.
    public let json: JSON
    /// Its name, unique in the task.
    public let name: String
    /// Its number in the template.
    public let number: Int
    /// Where it stands; a name that this version may not know.
    public let stateName: String
    /// How often it was begun.
    public let attempt: Int
    /// How often it may be begun.
    public let maxAttempts: Int
    /// The names of the steps it waits for.
    public let dependsOn: [String]
    /// The worker that runs or ran it.
    public let worker: Int64?
    /// Before this time it is not begun (again).
    public let runAt: Timestamp?
    /// When it became ready.
    public let enqueuedAt: Timestamp?
    /// When the last attempt began.
    public let startedAt: Timestamp?
    /// When it ended.
    public let finishedAt: Timestamp?

    /// Reads a step.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        name = try json.text("name")
        stateName = try json.text("state")
        number = Int(json["step_no"]?.intValue ?? 0)
        attempt = Int(json["attempt"]?.intValue ?? 0)
        maxAttempts = Int(json["max_attempts"]?.intValue ?? 1)
        dependsOn = json.texts("depends_on")
        worker = json["worker"]?.intValue
        runAt = json.time("run_at")
        enqueuedAt = json.time("enqueued_at")
        startedAt = json.time("started_at")
        finishedAt = json.time("finished_at")
    }
}

extension StepObject {
    /// Where it stands; `nil` for a state that this version does not know.
    public var state: StepState? { StepState(rawValue: stateName) }
    /// The handler that runs it.
    public var handler: String? { json["handler"]?.stringValue }
    /// What its handler returned.
    public var result: JSON? { json.value("result") }
    /// Why its last attempt failed.
    public var error: JSON? { json.value("error") }
    /// Why its last attempt failed, as a sentence.
    public var errorMessage: String? { error.map(message) }
}

extension StepObject {
    /// All its attempts, the first one first; only of a step that was asked for by its name.
    public var attempts: [StepAttempt] {
        (json["attempts"]?.arrayValue ?? []).map(StepAttempt.init)
    }
    /// Whether it runs, and was told to stop.
    public var isStopping: Bool { json["stopping"]?.boolValue ?? false }
    /// When the attempt that runs times out.
    public var expiresAt: Timestamp? { json.time("expires_at") }
    /// What its final failure does to the task.
    public var onFailure: String? { json["on_failure"]?.stringValue }
}

/// One attempt of a step.
public struct StepAttempt: Sendable, Hashable {
    /// The attempt as the server wrote it.
    public let json: JSON

    init(_ json: JSON) { self.json = json }

    /// Its number, from 1.
    public var number: Int { Int(json["attempt"]?.intValue ?? 0) }
    /// How it ended, as a name; nil while it runs.
    public var outcome: String? { json["outcome"]?.stringValue }
    /// The worker that ran it; nil for what an operator did.
    public var worker: Int64? { json["worker"]?.intValue }
    /// When it began.
    public var startedAt: Timestamp? { json.time("started_at") }
    /// When it ended.
    public var finishedAt: Timestamp? { json.time("finished_at") }
    /// How long it waited for a worker, in milliseconds.
    public var queueMilliseconds: Int64? { json["queue_ms"]?.intValue }
    /// How long it ran, in milliseconds.
    public var durationMilliseconds: Int64? { json["duration_ms"]?.intValue }
    /// What it returned.
    public var result: JSON? { json.value("result") }
    /// Why it failed.
    public var error: JSON? { json.value("error") }
    /// Why it failed, as a sentence.
    public var errorMessage: String? { error.map(message) }
}

/// The sentence of an error.
private func message(_ error: JSON) -> String {
    error["message"]?.stringValue ?? error["detail"]?.stringValue ?? error.stringValue ?? error.text
}
