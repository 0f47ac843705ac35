public import CairnModel

/// An action on many tasks.
public struct BulkAction: Sendable, Hashable {
    /// Its name: `cancel`, `retry`, `resolve`, `reset_step`, `resolve_step`, `complete_step` or `rerun_step`.
    public let name: String
    /// What it needs besides: `result`, `downstream`.
    public let options: JSONObject

    /// An action.
    public init(_ name: String, options: JSONObject = JSONObject()) {
        self.name = name
        self.options = options
    }

    func members(_ filter: BulkFilter) -> [JSONObject.Member] {
        let action = JSONObject.Member(name: "action", value: .string(name))
        let filter = JSONObject.Member(name: "filter", value: filter.json)
        return [action, filter] + (options.isEmpty ? [] : [.init(name: "options", value: .object(options))])
    }
}

/// Which tasks a bulk action means. Nil means any.
public struct BulkFilter: Sendable, Hashable {
    /// Of this namespace.
    public var namespace: String?
    /// Of this template.
    public var template: String?
    /// Of this version of it.
    public var templateVersion: String?
    /// In this state.
    public var state: String?
    /// With this tag.
    public var tag: String?
    /// That belong to this.
    public var correlationID: String?
    /// Submitted after this time (RFC 3339).
    public var createdAfter: String?
    /// Submitted before this time (RFC 3339).
    public var createdBefore: String?
    /// With a step of this name.
    public var step: String?
    /// Which is in this state.
    public var stepState: String?

    /// All tasks.
    public init() {}

    var json: JSON {
        let members = [
            ("namespace", namespace), ("template_name", template), ("template_version", templateVersion),
            ("state", state), ("tag", tag),
            ("correlation_id", correlationID), ("created_after", createdAfter), ("created_before", createdBefore),
            ("step", step), ("step_state", stepState),
        ].compactMap { name, value in value.map { JSONObject.Member(name: name, value: .string($0)) } }
        return .object(JSONObject(members))
    }
}

/// What a bulk action would do, or did.
public struct BulkReport: APIObject {
    /// The answer as the server wrote it.
    public let json: JSON

    /// Reads the answer.
    public init(json: JSON) throws(MissingMember) { self.json = json }

    /// How many tasks the filter means; of a count only.
    public var matched: Int64 { json["matched"]?.intValue ?? 0 }
    /// How many of those are in which state; of a count only.
    public var byState: [(state: String, count: Int64)] {
        (json["by_state"]?.objectValue?.members ?? []).map { ($0.name, $0.value.intValue ?? 0) }
    }
    /// To how many tasks it was done.
    public var done: Int64 { json["done"]?.intValue ?? 0 }
    /// How many tasks refused it.
    public var refused: Int64 { json["refused"]?.intValue ?? 0 }
    /// The first refusals: `task_id`, `code`, `message`.
    public var refusals: [JSON] { json["refusals"]?.arrayValue ?? [] }
}
