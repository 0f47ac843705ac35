/// Where values are encoded to: bytes in network order.
public struct PostgresBuffer: Sendable {
    /// What was appended so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty buffer.
    public init() {}

    /// How many bytes there are.
    public var count: Int { bytes.count }

    /// Makes room ahead of many appends.
    public mutating func reserve(_ additional: Int) { bytes.reserveCapacity(bytes.count + additional) }

    /// Appends an integer, most significant byte first.
    public mutating func append<Number: FixedWidthInteger>(integer: Number) {
        withUnsafeBytes(of: integer.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends one byte.
    public mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Appends bytes as they are.
    public mutating func append(contentsOf more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// Appends the UTF-8 of a string.
    public mutating func append(text: String) { bytes.append(contentsOf: text.utf8) }

    /// Appends what `body` encodes, with its length as four bytes ahead of it.
    public mutating func appendLengthPrefixed(_ body: (inout PostgresBuffer) -> Void) {
        let start = bytes.count
        append(integer: Int32(0))
        body(&self)
        let length = UInt32(bytes.count - start - 4)
        bytes[start] = UInt8(truncatingIfNeeded: length >> 24)
        bytes[start + 1] = UInt8(truncatingIfNeeded: length >> 16)
        bytes[start + 2] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[start + 3] = UInt8(truncatingIfNeeded: length)
    }
}
