/// Reads JSON's tokens from bytes, without allocating. Parser and validator are both built on it, so that they accept
/// the same texts.
///
/// ```
/// parser (builds values) ─┐
///                         ├─ scanner (white space, strings, numbers, words)
/// validator (builds none) ┘
/// ```
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0
    /// How many bytes the document may still grow by when PostgreSQL writes its numbers without exponents.
    var room = Int.max

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The byte at hand; `nil` at the end.
    var current: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func skipWhitespace() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at += 1
            default: return
            }
        }
    }

    /// Reads `true`, `false` or `null`.
    mutating func scanWord(_ word: StaticString) throws(JSONFault) {
        for index in 0..<word.utf8CodeUnitCount {
            guard at + index < bytes.count, bytes[at + index] == word.utf8Start[index] else {
                throw fault(.syntax, "expected \(word); found \(found). Strings are written in double quotes")
            }
        }
        at += word.utf8CodeUnitCount
        if let byte = current, JSONScanner.isWordByte(byte) {
            throw fault(.syntax, "expected \(word) and nothing more; strings are written in double quotes")
        }
    }

    static func beginsNumber(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || isDigit(byte) }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    func fault(_ code: JSONError.Code, _ message: String, at offset: Int? = nil) -> JSONFault {
        JSONFault(code: code, offset: offset ?? at, message: message)
    }

    /// The fault for a byte at which no value can begin.
    func valueFault() -> JSONFault {
        let advice =
            switch current {
            case UInt8(ascii: "'"): "strings are written in double quotes"
            case UInt8(ascii: "/"), UInt8(ascii: "#"): "JSON has no comments: remove it"
            case UInt8(ascii: "N"), UInt8(ascii: "I"), UInt8(ascii: "n"), UInt8(ascii: "+"), UInt8(ascii: "."):
                "JSON has neither NaN nor Infinity, and numbers begin with a digit or '-'; use null or a number"
            case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","): "remove the comma before it, or add the value"
            case nil: "the text is cut off"
            default: "write an object, an array, a string, a number, true, false or null"
            }
        return fault(.syntax, "expected a value; found \(found): \(advice)")
    }

    /// The byte at hand, for a message.
    var found: String {
        guard let byte = current else { return "the end" }
        switch byte {
        case 0x21...0x7E: return "'\(Character(UnicodeScalar(byte)))'"
        case 0x20, 0x0A, 0x0D, 0x09: return "white space"
        case 0x80...: return "a character outside ASCII"
        default: return "a control character"
        }
    }
}
