/// Something that must never be, and was found.
struct Violation: Sendable, CustomStringConvertible {
    var rule: String
    var found: [String]

    var description: String {
        let shown = found.prefix(5).map { "    \($0)" }.joined(separator: "\n")
        return "\(rule): \(found.count)\n\(shown)" + (found.count > 5 ? "\n    …" : "")
    }
}
