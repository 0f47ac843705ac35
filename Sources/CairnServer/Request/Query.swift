import CairnModel
import HTTPTypes
import Hummingbird
import Postgres

/// The parameters of a request's query, each at most once, and none that the route does not know.
struct Query: Sendable {
    private let values: [String: String]

    /// Reads the query of a request to a route with these parameters.
    init(_ request: Request, allowed: [String]) throws(Problem) {
        var values: [String: String] = [:]
        for part in (request.uri.query ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = percentDecoded(pair[0], plusIsSpace: true),
                let value = percentDecoded(pair.count > 1 ? pair[1] : "", plusIsSpace: true)
            else {
                throw Problem(.badRequest, .invalidParameter, "the query is not percent-encoded UTF-8")
            }
            guard allowed.contains(name) else {
                let known = allowed.isEmpty ? "there are none here" : "known here: \(allowed.joinedAsChoice())"
                throw Problem(
                    .badRequest, .invalidParameter, "unknown parameter \(name.prefix(100))",
                    hint: nearest(name, in: allowed).map { "did you mean \($0)?" } ?? known)
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem(.badRequest, .invalidParameter, "the parameter \(name) is given twice")
            }
        }
        self.values = values
    }

    /// The parameter's value; an empty one counts as none.
    subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// A parameter that is `true` or `false`; false when it is not given, true when it has no value (`?all`).
    func flag(_ name: String) throws(Problem) -> Bool {
        switch values[name] {
        case nil, "false": return false
        case "true", "": return true
        default: throw Query.invalid(name, "must be true or false")
        }
    }

    /// A whole number within a range.
    func integer<Number: FixedWidthInteger>(_ name: String, in range: ClosedRange<Number>) throws(Problem) -> Number? {
        guard let text = self[name] else { return nil }
        guard let number = Number(text), range.contains(number) else {
            throw Query.invalid(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A time.
    func time(_ name: String) throws(Problem) -> PostgresTimestamp? {
        guard let text = self[name] else { return nil }
        guard let time = PostgresTimestamp(rfc3339: text) else {
            throw Query.invalid(name, "must be an RFC 3339 time such as 2030-01-31T08:00:00Z (write + as %2B)")
        }
        return time
    }

    /// One of several words.
    func choice(_ name: String, of words: [String]) throws(Problem) -> String? {
        guard let text = self[name] else { return nil }
        guard words.contains(text) else { throw Query.invalid(name, "must be \(words.joinedAsChoice())") }
        return text
    }

    private static func invalid(_ name: String, _ rule: String) -> Problem {
        Problem(.badRequest, .invalidParameter, "\(name) \(rule)").with("parameter", .string(name))
    }
}
