public import CairnModel

/// Why a task and its steps do not go on.
public struct Explanations: APIObject {
    /// The answer as the server wrote it.
    public let json: JSON
    /// One for each thing that waits.
    public let all: [Explanation]

    /// Reads the answer.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        guard let all = json["explanations"]?.arrayValue else { throw MissingMember(name: "explanations") }
        self.all = try all.map { (entry) throws(MissingMember) in try Explanation(json: entry) }
    }
}

/// Why one thing does not go on, and what would change that.
public struct Explanation: APIObject {
    /// The explanation as the server wrote it.
    public let json: JSON
    /// The step; nil for the task itself.
    public let step: String?
    /// The state of the task or the step.
    public let state: String
    /// Why, as a name that stays.
    public let reason: String
    /// Why, as a sentence.
    public let text: String
    /// What would change it.
    public let whatToDo: String

    /// Reads an explanation.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        step = json["step"]?.stringValue
        state = try json.text("state")
        reason = try json.text("reason")
        text = try json.text("explanation")
        whatToDo = json["what_to_do"]?.stringValue ?? ""
    }
}
