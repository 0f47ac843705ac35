extension JSON {
    /// The document on one line, without white space.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// ``text`` as UTF-8.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self, indent: nil)
        return writer.bytes
    }

    /// The document over several lines, indented by two spaces.
    public var prettyText: String {
        var writer = JSONWriter()
        writer.write(self, indent: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension JSON: CustomStringConvertible {
    /// The document on one line.
    public var description: String { text }
}

/// Writes JSON as UTF-8.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    /// Writes `value`; over several lines when an indentation is given.
    mutating func write(_ value: JSON, indent: Int?) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .number(let value): append(value.literal)
        case .string(let value): write(value)
        case .array(let values):
            writeItems(values, open: "[", close: "]", indent: indent) { $0.write($1, indent: $2) }
        case .object(let object):
            writeItems(object.members, open: "{", close: "}", indent: indent) { writer, member, indent in
                writer.write(member.name)
                writer.append(indent == nil ? ":" : ": ")
                writer.write(member.value, indent: indent)
            }
        }
    }

    private mutating func writeItems<Item>(
        _ items: [Item], open: String, close: String, indent: Int?,
        _ write: (inout JSONWriter, Item, Int?) -> Void
    ) {
        append(open)
        let inner = indent.map { $0 + 2 }
        for (index, item) in items.enumerated() {
            if index > 0 { append(",") }
            breakLine(inner)
            write(&self, item, inner)
        }
        if !items.isEmpty { breakLine(indent) }
        append(close)
    }

    private mutating func breakLine(_ indent: Int?) {
        guard let indent else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: indent))
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x08: append("\\b")
            case 0x09: append("\\t")
            case 0x0A: append("\\n")
            case 0x0C: append("\\f")
            case 0x0D: append("\\r")
            case 0..<0x20:
                append("\\u00")
                for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
