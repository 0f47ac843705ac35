/// One thing that is wrong with a template, and where.
public struct TemplateIssue: Sendable, Hashable, Error {
    /// Whether the template is refused.
    public enum Severity: String, Sendable {
        /// The template is refused.
        case error
        /// The template is accepted, but probably not meant that way.
        case warning
    }

    /// Whether the template is refused.
    public var severity: Severity
    /// What is wrong, as a name that stays; see `docs/template-reference.md`.
    public var code: String
    /// What is wrong.
    public var message: String
    /// What to do about it.
    public var hint: String?
    /// The file, if the template came from one.
    public var file: String?
    /// The line, from 1.
    public var line: Int
    /// The column, from 1, in code points.
    public var column: Int
    /// The place in the document.
    public var pointer: JSONPointer
}

extension TemplateIssue: CustomStringConvertible {
    /// One line, as compilers write it: `file:line:column: error: message; hint (at /steps/2/name)`.
    public var description: String {
        let advice = hint.map { "; " + $0 } ?? ""
        let place = pointer == .root ? "" : " (at \(pointer))"
        return "\(file ?? "template"):\(line):\(column): \(severity.rawValue): \(message)\(advice)\(place)"
    }

    /// The issue as an object for machines.
    public var json: JSON {
        [
            "severity": .string(severity.rawValue), "code": .string(code), "message": .string(message),
            "hint": hint.map(JSON.string) ?? .null, "file": file.map(JSON.string) ?? .null,
            "line": .number(JSONNumber(line)), "column": .number(JSONNumber(column)),
            "pointer": .string(pointer.description),
        ]
    }
}
