/// A version as semver.org orders it: `1.2.3` or `1.2.3-beta.1`.
///
/// Build metadata (`+…`) is refused: it would give two texts for versions that semver calls equal.
package struct SemanticVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The version as it is written; there is only one way to write each.
    package let description: String
    private let numbers: [Int]
    private let preRelease: [Substring]

    /// Reads a version of at most 64 characters; `nil` when it is none.
    package init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let core = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        let numbers = core.compactMap(SemanticVersion.number)
        guard core.count == 3, numbers.count == 3 else { return nil }
        let identifiers = halves.dropFirst().flatMap { $0.split(separator: ".", omittingEmptySubsequences: false) }
        guard identifiers.allSatisfy(SemanticVersion.isIdentifier) else { return nil }
        self.numbers = numbers
        preRelease = identifiers
        description = text
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text == "0" || text.first != "0" else { return nil }
        guard text.utf8.allSatisfy(JSONScanner.isDigit), text.utf8.count <= 9 else { return nil }
        return Int(text)
    }

    private static func isIdentifier(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return false }
        if text.utf8.allSatisfy(JSONScanner.isDigit) { return text == "0" || text.first != "0" }
        return text.utf8.allSatisfy {
            JSONScanner.isDigit($0) || ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 == UInt8(ascii: "-")
        }
    }

    /// Whether `left` is older.
    package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        if left.preRelease.isEmpty { return false }
        if right.preRelease.isEmpty { return true }
        return left.preRelease.lexicographicallyPrecedes(right.preRelease, by: identifierPrecedes)
    }

    private static func identifierPrecedes(_ left: Substring, _ right: Substring) -> Bool {
        let isNumber = (left.utf8.allSatisfy(JSONScanner.isDigit), right.utf8.allSatisfy(JSONScanner.isDigit))
        switch isNumber {
        case (true, true):
            let lengths = (left.utf8.count, right.utf8.count)
            return lengths.0 == lengths.1 ? left.utf8.lexicographicallyPrecedes(right.utf8) : lengths.0 < lengths.1
        case (true, false): return true
        case (false, true): return false
        case (false, false): return left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }
}
