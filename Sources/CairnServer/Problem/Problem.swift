import CairnModel
import HTTPTypes

/// An answer that says what went wrong, as RFC 9457 has it: `application/problem+json`.
struct Problem: Error, Sendable {
    /// The status of the answer.
    var status: HTTPResponse.Status
    /// What went wrong, as a name that stays.
    var code: ProblemCode
    /// What went wrong this time, as a sentence.
    var detail: String
    /// What to do about it.
    var hint: String?
    /// Further members, such as `errors` or `existing_task_id`.
    var members: [JSONObject.Member] = []
    /// Headers of the answer, such as `Retry-After`.
    var headers: HTTPFields = [:]
    /// What the log should say besides; never part of the answer.
    var cause: String?

    init(_ status: HTTPResponse.Status, _ code: ProblemCode, _ detail: String, hint: String? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        self.hint = hint
    }

    /// With one more member.
    func with(_ name: String, _ value: JSON) -> Problem {
        var problem = self
        problem.members.append(JSONObject.Member(name: name, value: value))
        return problem
    }

    /// With the place in the request's body.
    func at(_ pointer: String) -> Problem { with("pointer", .string(pointer)) }

    /// With the time after which to try again.
    func retryAfter(seconds: Int) -> Problem {
        var problem = self
        problem.headers[.retryAfter] = String(seconds)
        return problem
    }

    /// The body.
    var json: JSON {
        var object = JSONObject([
            JSONObject.Member(name: "type", value: .string("urn:cairn:problem:\(code)")),
            JSONObject.Member(name: "title", value: .string(title)),
            JSONObject.Member(name: "status", value: JSON(status.code)),
            JSONObject.Member(name: "code", value: .string(code.rawValue)),
            JSONObject.Member(name: "detail", value: .string(detail)),
        ])
        if let hint { object["hint"] = .string(hint) }
        for member in members where object[member.name] == nil { object[member.name] = member.value }
        return .object(object)
    }

    /// The code in words: `Template not found`.
    private var title: String {
        let words = code.rawValue.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
