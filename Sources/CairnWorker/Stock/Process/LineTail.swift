/// Splits bytes into lines, and keeps the end of them all.
struct LineTail {
    /// How much of the end is kept, in bytes.
    static let tailBytes = 2048
    /// A longer line is cut.
    static let maxLineBytes = 8192

    private var line: [UInt8] = []
    private var kept: [UInt8] = []

    /// The lines that these bytes complete.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            kept.append(byte)
            if byte == 0x0A {
                if let text = finish() { lines.append(text) }
            } else if line.count < Self.maxLineBytes {
                line.append(byte)
            }
        }
        if kept.count > 2 * Self.tailBytes { kept.removeFirst(kept.count - Self.tailBytes) }
        return lines
    }

    /// The last line, when nothing ended it; nil when it is empty.
    mutating func finish() -> String? {
        defer { line.removeAll(keepingCapacity: true) }
        if line.last == 0x0D { line.removeLast() }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// The end of everything.
    var tail: String { String(decoding: kept.suffix(Self.tailBytes), as: UTF8.self) }
}
