extension Bool: PostgresCodable {
    /// `boolean`
    public static var postgresType: PostgresType { .bool }
    /// `boolean[]`
    public static var postgresArrayType: PostgresType { .boolArray }
    /// One byte.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(self ? 1 : 0) }
    /// From `boolean`.
    public init(postgres cell: PostgresCell) throws {
        guard cell.type == .bool else { throw cell.mismatch(Self.self) }
        self = try cell.fixed(1, for: Self.self)[0] != 0
    }
}

extension Float: PostgresCodable {
    /// `real`
    public static var postgresType: PostgresType { .float4 }
    /// `real[]`
    public static var postgresArrayType: PostgresType { .float4Array }
    /// Four bytes.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(integer: bitPattern) }
    /// From `real`.
    public init(postgres cell: PostgresCell) throws {
        guard cell.type == .float4 else { throw cell.mismatch(Self.self) }
        let bytes = try cell.fixed(4, for: Self.self)
        self.init(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
    }
}

extension Double: PostgresCodable {
    /// `double precision`
    public static var postgresType: PostgresType { .float8 }
    /// `double precision[]`
    public static var postgresArrayType: PostgresType { .float8Array }
    /// Eight bytes.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(integer: bitPattern) }
    /// From `double precision` or `real`. For `numeric`, cast it in the statement.
    public init(postgres cell: PostgresCell) throws {
        switch cell.type {
        case .float8:
            let bytes = try cell.fixed(8, for: Self.self)
            self.init(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
        case .float4: self.init(try Float(postgres: cell))
        default: throw cell.mismatch(Self.self)
        }
    }
}

/// A byte is the internal type `"char"`; an array of bytes is a `bytea`.
extension UInt8: PostgresCodable {
    /// `"char"`
    public static var postgresType: PostgresType { .char }
    /// `bytea`, not an array of `"char"`.
    public static var postgresArrayType: PostgresType { .bytea }
    /// One byte.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(self) }
    /// The bytes as they are.
    public static func encodeArray(_ values: [UInt8], into buffer: inout PostgresBuffer) {
        buffer.append(contentsOf: values)
    }
    /// From `"char"`.
    public init(postgres cell: PostgresCell) throws {
        guard cell.type == .char else { throw cell.mismatch(Self.self) }
        self = try cell.fixed(1, for: Self.self)[0]
    }
    /// From `bytea`.
    public static func decodeArray(postgres cell: PostgresCell) throws -> [UInt8] {
        guard cell.type == .bytea else { throw cell.mismatch([UInt8].self) }
        return Array(try cell.required(for: [UInt8].self))
    }
}
