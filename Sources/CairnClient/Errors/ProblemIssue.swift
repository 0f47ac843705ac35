public import CairnModel

/// One thing that is wrong with what was sent, and where.
public struct ProblemIssue: Sendable, Hashable {
    /// What is wrong, as a name that stays, if it has one.
    public var code: String?
    /// What is wrong.
    public var message: String
    /// What to do about it.
    public var hint: String?
    /// Whether it only is a warning.
    public var isWarning: Bool
    /// The file, if one is known.
    public var file: String?
    /// The line, from 1.
    public var line: Int?
    /// The column, from 1.
    public var column: Int?
    /// The place in the document.
    public var pointer: String?

    /// Reads an entry of a problem's `errors`: an object, or just a sentence.
    public init(_ json: JSON) {
        code = json["code"]?.stringValue
        message = json["message"]?.stringValue ?? json["detail"]?.stringValue ?? json.stringValue ?? json.text
        hint = json["hint"]?.stringValue
        isWarning = json["severity"]?.stringValue == "warning"
        file = json["file"]?.stringValue
        line = json["line"]?.intValue.map(Int.init)
        column = json["column"]?.intValue.map(Int.init)
        pointer = json["pointer"]?.stringValue
    }
}

extension ProblemIssue: CustomStringConvertible {
    /// One line, as compilers write it.
    public var description: String {
        let place = [file, line.map(String.init), line == nil ? nil : column.map(String.init)].compactMap { $0 }
        let prefix = place.isEmpty ? "" : place.joined(separator: ":") + ": "
        let advice = hint.map { "; " + $0 } ?? ""
        let at = pointer.flatMap { $0.isEmpty ? nil : " (at \($0))" } ?? ""
        return "\(prefix)\(isWarning ? "warning" : "error"): \(message)\(advice)\(at)"
    }
}
