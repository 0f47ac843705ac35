import CairnModel
import HTTPTypes
import Postgres

/// The members of a request's body: those that the route knows, and no others. Members that are null count as absent.
struct Members: Sendable {
    private let object: JSONObject

    /// Reads the body of a request to a route that knows these members.
    init(_ body: JSON, known: [String]) throws(Problem) {
        guard let object = body.objectValue else {
            throw Problem(.badRequest, .invalidMember, "the body must be an object, not \(body.kindName)")
        }
        for member in object where !known.contains(member.name) {
            throw Problem(unknownMember: member.name, known: known)
        }
        self.object = object
    }

    /// Whether the member is there, be it null.
    func has(_ name: String) -> Bool { object[name] != nil }

    /// The member, if it is there and not null.
    subscript(name: String) -> JSON? {
        guard let value = object[name], !value.isNull else { return Optional.none }
        return value
    }

    /// A text that need not be there.
    func text(_ name: String) throws(Problem) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.stringValue else { throw Members.invalid(name, "a string", value) }
        return text
    }

    /// A text that must be there.
    func requiredText(_ name: String) throws(Problem) -> String {
        guard let text = try text(name) else { throw Members.missing(name) }
        return text
    }

    /// A whole number that must be there.
    func requiredInteger<Number: FixedWidthInteger>(_ name: String) throws(Problem) -> Number {
        guard let value = self[name] else { throw Members.missing(name) }
        guard let number = value.intValue.flatMap({ Number(exactly: $0) }) else {
            throw Members.invalid(name, "a whole number", value)
        }
        return number
    }

    /// True or false, if it is there.
    func flag(_ name: String) throws(Problem) -> Bool? {
        guard let value = self[name] else { return nil }
        guard let flag = value.boolValue else { throw Members.invalid(name, "true or false", value) }
        return flag
    }

    /// An object, if it is there.
    func object(_ name: String) throws(Problem) -> JSONObject? {
        guard let value = self[name] else { return nil }
        guard let object = value.objectValue else { throw Members.invalid(name, "an object", value) }
        return object
    }

    /// What is to be done: one of several words.
    func action(of words: [String]) throws(Problem) -> String {
        let word = try requiredText("action")
        guard words.contains(word) else {
            throw Problem(
                .badRequest, .invalidAction, "action must be \(words.joinedAsChoice())",
                hint: nearest(word, in: words).map { "did you mean \"\($0)\"?" }
            ).at("/action")
        }
        return word
    }

    /// Who and why, in as many characters as the database takes: what is wrong with a request is said before the state
    /// of a task is looked at.
    func whoAndWhy(by defaultBy: String? = nil) throws(Problem) -> WhoAndWhy {
        guard let by = try text("by") ?? defaultBy else { throw Members.missing("by") }
        let reason = try requiredText("reason")
        for (name, text, code, limit) in [("by", by, "invalid_actor", 200), ("reason", reason, "invalid_reason", 2000)]
        where text.trimmingSpaces().isEmpty || text.unicodeScalars.count > limit {
            throw Problem(.badRequest, ProblemCode(rawValue: code), "\(name) must have 1 to \(limit) characters")
                .at("/\(name)")
        }
        return WhoAndWhy(by: by, reason: reason)
    }

    private static func missing(_ name: String) -> Problem {
        Problem(.badRequest, .missingMember, "\(name) is required").at("/\(name)")
    }

    /// The member has a value it cannot have.
    static func invalid(_ name: String, _ rule: String, _ value: JSON) -> Problem {
        Problem(.badRequest, .invalidMember, "\(name) must be \(rule), not \(value.kindName)").at("/\(name)")
    }
}

extension Problem {
    /// A body with a member that the route does not know.
    init(unknownMember name: String, known: [String]) {
        let shown = name.unicodeScalars.count > 100 ? String(name.prefix(100)) + "…" : name
        self = Problem(
            .badRequest, .unknownMember, "unknown member \(JSON.string(shown))",
            hint: nearest(name, in: known).map { "did you mean \"\($0)\"?" } ?? "known: \(known.joinedAsChoice())"
        ).at(JSONPointer.root.appending(name).description)
    }
}
