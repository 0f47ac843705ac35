/// Why a document is not JSON that Cairn and PostgreSQL can hold, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, as a name that stays.
    public enum Code: String, Sendable, CaseIterable {
        /// There is nothing but white space.
        case empty = "json_empty"
        /// The text does not follow RFC 8259.
        case syntax = "json_syntax"
        /// Something follows the end of the document.
        case trailing = "json_trailing"
        /// An object has two members with the same name.
        case duplicateKey = "json_duplicate_key"
        /// Arrays and objects are nested too deeply.
        case tooDeep = "json_too_deep"
        /// The document has too many bytes.
        case tooLarge = "json_too_large"
        /// The bytes are not UTF-8.
        case invalidUTF8 = "json_invalid_utf8"
        /// A `\u` escape is half of a surrogate pair.
        case loneSurrogate = "json_lone_surrogate"
        /// A string contains U+0000, which PostgreSQL cannot store.
        case nulCharacter = "json_nul_character"
        /// A number has more digits than PostgreSQL's `numeric` can hold.
        case numberRange = "json_number_range"
    }

    /// What is wrong, as a name that stays.
    public var code: Code
    /// What is wrong and what to do about it.
    public var message: String
    /// The byte at which the document goes wrong, from 0.
    public var offset: Int
    /// The line of that byte, from 1.
    public var line: Int
    /// The column of that byte in its line, from 1, counted in Unicode code points.
    public var column: Int
    /// The innermost value around that byte.
    public var pointer: JSONPointer

    /// One line: place, message, pointer.
    public var description: String {
        let place = pointer == .root ? "" : " (at \(pointer))"
        return "line \(line), column \(column): \(message)\(place)"
    }
}

/// What a scanner throws: an offset and a reason. The place is worked out afterwards, off the fast path.
struct JSONFault: Error {
    var code: JSONError.Code
    var offset: Int
    var message: String
}
