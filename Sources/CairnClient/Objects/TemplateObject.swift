public import CairnModel

/// A registered version of a template.
public struct TemplateSummary: APIObject {
    /// The template as the server wrote it.
    public let json: JSON
    /// The namespace whose workers run its tasks.
    public let namespace: String
    /// Its name.
    public let name: String
    /// Its version.
    public let version: String

    /// Reads a template.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        namespace = try json.text("namespace")
        name = try json.text("name")
        version = try json.text("version")
    }

    /// What it is for.
    public var description: String? { json["description"]?.stringValue }
    /// What makes two tasks the same.
    public var identity: String? { json["identity"]?.stringValue }
    /// How many steps it has.
    public var stepCount: Int { json["steps"]?.intValue.map(Int.init) ?? json["steps"]?.arrayValue?.count ?? 0 }
    /// When it was registered.
    public var registeredAt: Timestamp? { json.time("registered_at") }
}

/// A template with its steps.
public struct TemplateObject: APIObject {
    /// The template as the server wrote it.
    public let json: JSON
    /// What a list shows of it.
    public let summary: TemplateSummary
    /// All registered versions, the highest first.
    public let versions: [String]

    /// Reads a template.
    public init(json: JSON) throws(MissingMember) {
        self.json = json
        summary = try TemplateSummary(json: json)
        versions = json.texts("versions")
    }

    /// The steps as they were compiled.
    public var steps: [JSON] { json["steps"]?.arrayValue ?? [] }
    /// The template as it was registered.
    public var definition: JSON? { json.value("definition") }
    /// What is not wrong, but probably not meant that way.
    public var warnings: [ProblemIssue] { (json["warnings"]?.arrayValue ?? []).map(ProblemIssue.init) }
}

/// What a server thinks of a template.
public struct TemplateValidation: APIObject {
    /// The answer as the server wrote it.
    public let json: JSON
    /// Errors and warnings.
    public let issues: [ProblemIssue]

    /// Reads the answer: `errors`, `warnings` or `issues`.
    public init(json: JSON) throws(MissingMember) {
        let all = ["errors", "issues", "warnings"].flatMap { json[$0]?.arrayValue ?? [] }
        self.init(issues: all.map(ProblemIssue.init), json: json)
    }

    init(issues: [ProblemIssue], json: JSON) {
        self.issues = issues
        self.json = json
    }

    /// Whether it would be registered.
    public var isValid: Bool { issues.allSatisfy(\.isWarning) }
}
