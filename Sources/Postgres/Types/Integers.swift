extension PostgresCell {
    /// An integer of any width the server has, when it fits.
    func integer<Number: FixedWidthInteger>(as target: Number.Type) throws -> Number {
        let bytes = try required(for: target)
        let wide: Int64
        switch (type, bytes.count) {
        case (.int8, 8), (.xid8, 8): wide = Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        case (.int4, 4): wide = Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case (.int2, 2): wide = Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        case (.oid, 4): wide = Int64(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
        default: throw mismatch(target)
        }
        guard let value = Number(exactly: wide) else {
            throw PostgresError(code: .decoding, message: "\(type) out of range for \(Number.self)")
        }
        return value
    }
}

extension Int16: PostgresCodable {
    /// `smallint`
    public static var postgresType: PostgresType { .int2 }
    /// `smallint[]`
    public static var postgresArrayType: PostgresType { .int2Array }
    /// Two bytes.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(integer: self) }
    /// From any integer type, when it fits.
    public init(postgres cell: PostgresCell) throws { self = try cell.integer(as: Self.self) }
}

extension Int32: PostgresCodable {
    /// `integer`
    public static var postgresType: PostgresType { .int4 }
    /// `integer[]`
    public static var postgresArrayType: PostgresType { .int4Array }
    /// Four bytes.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(integer: self) }
    /// From any integer type, when it fits.
    public init(postgres cell: PostgresCell) throws { self = try cell.integer(as: Self.self) }
}

extension Int64: PostgresCodable {
    /// `bigint`
    public static var postgresType: PostgresType { .int8 }
    /// `bigint[]`
    public static var postgresArrayType: PostgresType { .int8Array }
    /// Eight bytes.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(integer: self) }
    /// From any integer type.
    public init(postgres cell: PostgresCell) throws { self = try cell.integer(as: Self.self) }
}

extension Int: PostgresCodable {
    /// `bigint`
    public static var postgresType: PostgresType { .int8 }
    /// `bigint[]`
    public static var postgresArrayType: PostgresType { .int8Array }
    /// Eight bytes.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(integer: Int64(self)) }
    /// From any integer type.
    public init(postgres cell: PostgresCell) throws { self = try cell.integer(as: Self.self) }
}
