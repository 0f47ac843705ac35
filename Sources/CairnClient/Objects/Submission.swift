public import CairnModel

/// A task to submit.
public struct Submission: Sendable, Hashable {
    /// The namespace of the template.
    public var namespace: String
    /// The name of the template.
    public var template: String
    /// The version of the template; the highest when nil.
    public var version: String?
    /// What the task works on.
    public var context: JSON?
    /// Higher is sooner.
    public var priority: Int?
    /// The submitter's own name for the task, so that submitting it again does not make another.
    public var idempotencyKey: String?
    /// What a duplicate gets: `reject` or `return`.
    public var onDuplicate: String?
    /// What the task belongs to.
    public var correlationID: String?
    /// What that belongs to.
    public var parentCorrelationID: String?
    /// Who submits it.
    public var initiator: String?
    /// Which system submits it.
    public var sourceSystem: String?
    /// Why.
    public var reason: String?
    /// Words to find it by.
    public var tags: [String] = []
    /// Values to send along.
    public var headers: [String: String] = [:]
    /// Before this time (RFC 3339) it does not start.
    public var runAt: String?
    /// A key for what the task does, so that while it lives, or for a while, submitting it again does not make another.
    public var dedupKey: String?
    /// For how long that holds: `live` (until the task ends), `forever`, or a duration such as `10m`.
    public var dedupWindow: String?
    /// Where to post what became of the task when it ends.
    public var callbackURL: String?

    /// A task of this template.
    public init(namespace: String, template: String, context: JSON? = nil) {
        self.namespace = namespace
        self.template = template
        self.context = context
    }

    /// The body of the request.
    public var json: JSON {
        var object = JSONObject()
        object["namespace"] = .string(namespace)
        object["template_name"] = .string(template)
        object["context"] = context
        object["priority"] = priority.map { JSON($0) }
        let texts: [(String, String?)] = [
            ("version", version), ("idempotency_key", idempotencyKey), ("on_duplicate", onDuplicate),
            ("correlation_id", correlationID), ("parent_correlation_id", parentCorrelationID),
            ("initiator", initiator), ("source_system", sourceSystem), ("reason", reason), ("run_at", runAt),
            ("dedup_key", dedupKey), ("dedup_window", dedupWindow), ("callback_url", callbackURL),
        ]
        for (name, text) in texts { object[name] = text.map(JSON.string) }
        if !tags.isEmpty { object["tags"] = .array(tags.map(JSON.string)) }
        if !headers.isEmpty {
            object["headers"] = .object(
                JSONObject(headers.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) }))
        }
        return .object(object)
    }
}
