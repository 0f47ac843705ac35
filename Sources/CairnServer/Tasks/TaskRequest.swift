import CairnModel
import CairnStore
import HTTPTypes
import Postgres

/// The body of a request for a task.
struct TaskRequest: Sendable {
    /// The members that become options of the submit; the database checks their values.
    static let options = [
        "version", "priority", "idempotency_key", "on_duplicate", "correlation_id", "parent_correlation_id",
        "initiator", "source_system", "reason", "tags", "headers", "run_at", "dedup_key", "dedup_window",
        "callback_url",
    ]
    /// All members.
    static let members = ["namespace", "template_name", "context"] + options

    /// What to submit.
    let submission: TaskSubmission

    /// Reads a body. Members that are null count as absent. `callbacks` says where hooks may be posted to.
    init(_ body: JSON, callbacks: CallbackRules) throws(Problem) {
        guard let object = body.objectValue else {
            throw Problem(.badRequest, .invalidMember, "a task is asked for by an object, not \(body.kindName)")
        }
        var options = JSONObject()
        for member in object where !member.value.isNull {
            if Self.options.contains(member.name) {
                options[member.name] = member.value
            } else if !Self.members.contains(member.name) {
                throw Self.unknown(member.name)
            }
        }
        if let text = object["callback_url"]?.stringValue { try Self.check(callbackURL: text, callbacks) }
        let context = object["context"]
        submission = TaskSubmission(
            namespace: try Self.name("namespace", in: object), templateName: try Self.name("template_name", in: object),
            context: context.flatMap { $0.isNull ? nil : JSONB(bytes: $0.bytes) },
            options: options.isEmpty ? nil : JSONB(bytes: JSON.object(options).bytes),
            key: Self.key(options))
    }

    private static func key(_ options: JSONObject) -> String? {
        for name in ["idempotency_key", "dedup_key"] {
            if let key = options[name]?.stringValue { return "\(name) \(key)" }
        }
        return nil
    }

    private static func name(_ name: String, in object: JSONObject) throws(Problem) -> String {
        guard let value = object[name], !value.isNull else {
            throw Problem(.badRequest, .missingMember, "\(name) is required").at("/\(name)")
        }
        guard let text = value.stringValue, !text.isEmpty else {
            throw Problem(
                .badRequest, .invalidMember,
                "\(name) must be a string, not \(value == "" ? "an empty one" : value.kindName)"
            )
            .at("/\(name)")
        }
        return text
    }

    /// A URL that no hook could be posted to is better refused now than found dead later. What a name resolves to is
    /// checked when a hook is posted.
    private static func check(callbackURL text: String, _ callbacks: CallbackRules) throws(Problem) {
        do {
            guard let refusal = callbacks.refusal(of: try CallbackURL(text)) else { return }
            throw Problem(.badRequest, .callbackRefused, "callback_url: \(refusal.message)", hint: refusal.hint)
                .at("/callback_url")
        } catch let invalid as CallbackURL.Invalid {
            throw Problem(.badRequest, .invalidOption, "callback_url \(invalid.rule)").at("/callback_url")
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(error)
        }
    }

    private static func unknown(_ name: String) -> Problem { Problem(unknownMember: name, known: members) }
}

/// The members of a request for a task, for the test that compares them with `openapi.json`.
package let taskRequestMembers = TaskRequest.members
