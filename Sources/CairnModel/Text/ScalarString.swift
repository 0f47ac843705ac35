/// Swift compares strings by canonical equivalence ("é" in one or two code points is the same); JSON and PostgreSQL
/// compare code points. These helpers compare as PostgreSQL does.
extension String {
    /// Whether both strings have the same code points.
    package func hasSameScalars(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// Whether this string comes before `other` by code points.
    package func precedesByScalars(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

    /// Feeds the code points into `hasher`.
    package func hashScalars(into hasher: inout Hasher) {
        let done: Void? = utf8.withContiguousStorageIfAvailable {
            hasher.combine($0.count)
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if done == nil { hashScalarsSlowly(into: &hasher) }
    }

    private func hashScalarsSlowly(into hasher: inout Hasher) {
        let copy = Array(utf8)
        hasher.combine(copy.count)
        copy.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

/// A string as a dictionary key that is compared code point by code point.
package struct ScalarString: Hashable, Sendable {
    /// The string itself.
    package let string: String

    /// Wraps `string`.
    package init(_ string: String) { self.string = string }

    /// Whether both have the same code points.
    package static func == (left: Self, right: Self) -> Bool { left.string.hasSameScalars(as: right.string) }

    /// Feeds the code points into `hasher`.
    package func hash(into hasher: inout Hasher) { string.hashScalars(into: &hasher) }
}
