/// A string as it stands in the text.
struct ScannedString {
    /// The bytes between the quotes.
    var content: Range<Int>
    /// Whether it has escapes to resolve.
    var hasEscapes: Bool
}

extension JSONScanner {
    /// Reads a string, beginning at its opening quote, and checks it: UTF-8, escapes, surrogate pairs, no U+0000.
    mutating func scanString() throws(JSONFault) -> ScannedString {
        let open = at
        at += 1
        let start = at
        var hasEscapes = false
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return ScannedString(content: start..<at - 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try scanEscape()
            case 0x0A, 0x0D:
                throw fault(
                    .syntax,
                    "this string is not closed on its line: add a double quote, or write a line break in it as \\n",
                    at: open)
            case 0..<0x20:
                throw fault(
                    .syntax, "a string cannot contain a control character: write it as an escape such as \\u0009")
            case 0x80...: try scanMultibyte()
            default: at += 1
            }
        }
        throw fault(.syntax, "this string is never closed: add a double quote", at: open)
    }

    private mutating func scanEscape() throws(JSONFault) {
        let start = at
        at += 1
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 1
        case UInt8(ascii: "u"):
            at += 1
            let unit = try scanHexUnit(start)
            switch unit {
            case 0:
                throw fault(.nulCharacter, "PostgreSQL cannot store the character U+0000: remove it", at: start)
            case 0xDC00...0xDFFF: throw surrogateFault(start)
            case 0xD800...0xDBFF:
                guard current == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u") else {
                    throw surrogateFault(start)
                }
                at += 2
                guard (0xDC00...0xDFFF).contains(try scanHexUnit(start)) else { throw surrogateFault(start) }
            default: break
            }
        default:
            throw fault(
                .syntax,
                "unknown escape: JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX; "
                    + "write \\\\ for a backslash",
                at: start)
        }
    }

    private func surrogateFault(_ start: Int) -> JSONFault {
        fault(.loneSurrogate, "half of a surrogate pair is no character: write both halves or neither", at: start)
    }

    private mutating func scanHexUnit(_ start: Int) throws(JSONFault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = JSONScanner.hexValue(byte) else {
                throw fault(.syntax, "\\u needs four hexadecimal digits", at: start)
            }
            unit = unit << 4 | UInt16(digit)
            at += 1
        }
        return unit
    }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Reads one character of two to four bytes; refuses overlong forms, surrogates and anything above U+10FFFF.
    private mutating func scanMultibyte() throws(JSONFault) {
        let lead = bytes[at]
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw utf8Fault()
        }
        guard at + length <= bytes.count, second.contains(bytes[at + 1]) else { throw utf8Fault() }
        for index in 2..<max(length, 2) where bytes[at + index] & 0xC0 != 0x80 { throw utf8Fault() }
        at += length
    }

    private func utf8Fault() -> JSONFault {
        fault(.invalidUTF8, "these bytes are not UTF-8: save the text in that encoding")
    }

    /// The string's characters, escapes resolved.
    func text(of string: ScannedString) -> String {
        let content = UnsafeBufferPointer(rebasing: bytes[string.content])
        guard string.hasEscapes else { return String(decoding: content, as: UTF8.self) }
        var units: [UInt8] = []
        units.reserveCapacity(content.count)
        var index = 0
        while index < content.count {
            guard content[index] == UInt8(ascii: "\\") else {
                units.append(content[index])
                index += 1
                continue
            }
            index += 2
            switch content[index - 1] {
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = hexUnit(content, index)
                index += 4
                if (0xD800...0xDBFF).contains(scalar) {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (hexUnit(content, index + 2) - 0xDC00)
                    index += 6
                }
                if let scalar = UnicodeScalar(scalar) { units.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
            case let byte: units.append(byte)
            }
        }
        return String(decoding: units, as: UTF8.self)
    }

    private func hexUnit(_ content: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32 {
        content[index..<index + 4].reduce(0) { $0 << 4 | UInt32(JSONScanner.hexValue($1) ?? 0) }
    }
}
