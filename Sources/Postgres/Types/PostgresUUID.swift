/// The sixteen bytes of a `uuid`.
public struct PostgresUUID: PostgresCodable, Hashable, CustomStringConvertible {
    /// The upper eight bytes.
    public var high: UInt64
    /// The lower eight bytes.
    public var low: UInt64

    /// A UUID from its halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// `uuid`
    public static var postgresType: PostgresType { .uuid }
    /// `uuid[]`
    public static var postgresArrayType: PostgresType { .uuidArray }

    /// Sixteen bytes.
    public func encode(into buffer: inout PostgresBuffer) {
        buffer.append(integer: high)
        buffer.append(integer: low)
    }

    /// From `uuid`.
    public init(postgres cell: PostgresCell) throws {
        guard cell.type == .uuid else { throw cell.mismatch(Self.self) }
        let bytes = try cell.fixed(16, for: Self.self)
        high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// The usual form, in lower case.
    public var description: String {
        func hex(_ value: UInt64) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        var text = hex(high) + hex(low)
        for offset in [20, 16, 12, 8] {
            text.insert("-", at: text.index(text.startIndex, offsetBy: offset))
        }
        return text
    }
}
