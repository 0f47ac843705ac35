/// A place inside a JSON document, as RFC 6901 writes it: `/steps/2/depends_on/0`.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// The pointer's text, with `~0` for `~` and `~1` for `/`; empty for the whole document.
    public let description: String

    /// The whole document.
    public static let root = JSONPointer(text: "")

    init(text: String) { description = text }

    /// The member called `name` of the object at this place.
    public func appending(_ name: String) -> JSONPointer {
        JSONPointer(text: description + "/" + JSONPointer.escape(name))
    }

    /// The element number `index` (from 0) of the array at this place.
    public func appending(_ index: Int) -> JSONPointer { JSONPointer(text: "\(description)/\(index)") }

    /// The names and numbers on the way from the root.
    public var tokens: [String] {
        description.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { JSONPointer.unescape($0) }
    }

    private static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func unescape(_ token: Substring) -> String {
        guard token.utf8.contains(UInt8(ascii: "~")) else { return String(token) }
        var text = ""
        var afterTilde = false
        for scalar in token.unicodeScalars {
            if afterTilde {
                text.unicodeScalars.append(scalar == "0" ? "~" : "/")
                afterTilde = false
            } else if scalar == "~" {
                afterTilde = true
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Whether both name the same place.
    public static func == (left: Self, right: Self) -> Bool { left.description.hasSameScalars(as: right.description) }

    /// Feeds the text into `hasher`.
    public func hash(into hasher: inout Hasher) { description.hashScalars(into: &hasher) }
}
