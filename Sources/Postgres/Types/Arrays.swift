extension Array: PostgresEncodable where Element: PostgresEncodable {
    /// The array type of the elements.
    public static var postgresType: PostgresType { Element.postgresArrayType }
    /// Only `[UInt8]`, which is a `bytea`, can be an element in turn: other arrays have one dimension.
    public static var postgresArrayType: PostgresType {
        Element.postgresArrayType == .bytea ? .byteaArray : .unspecified
    }
    /// One dimension, lower bound 1.
    public func encode(into buffer: inout PostgresBuffer) { Element.encodeArray(self, into: &buffer) }
}

extension PostgresEncodable {
    /// The header, then each element with its length.
    public static func encodeArray(_ values: [Self], into buffer: inout PostgresBuffer) {
        let hasNull = values.contains { $0.isPostgresNull }
        buffer.append(integer: Int32(values.isEmpty ? 0 : 1))
        buffer.append(integer: Int32(hasNull ? 1 : 0))
        buffer.append(integer: postgresType.rawValue)
        if values.isEmpty { return }
        buffer.append(integer: Int32(values.count))
        buffer.append(integer: Int32(1))
        for value in values {
            if value.isPostgresNull {
                buffer.append(integer: Int32(-1))
            } else {
                buffer.appendLengthPrefixed { value.encode(into: &$0) }
            }
        }
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// From an array of one dimension.
    public init(postgres cell: PostgresCell) throws { self = try Element.decodeArray(postgres: cell) }
}

extension PostgresDecodable {
    /// Reads the header, then each element.
    public static func decodeArray(postgres cell: PostgresCell) throws -> [Self] {
        let bytes = try cell.required(for: [Self].self)
        func integer(_ offset: Int) throws -> Int {
            guard offset + 4 <= bytes.count else { throw cell.mismatch([Self].self) }
            return Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        }
        let dimensions = try integer(0)
        let elementType = PostgresType(rawValue: UInt32(truncatingIfNeeded: try integer(8)))
        if dimensions == 0 { return [] }
        guard dimensions == 1 else {
            throw PostgresError(code: .decoding, message: "an array of \(dimensions) dimensions; one was expected")
        }
        let count = try integer(12)
        guard count >= 0, count <= bytes.count / 4 else { throw cell.mismatch([Self].self) }
        var offset = 20
        var values: [Self] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            let length = try integer(offset)
            offset += 4
            guard length >= 0 else {
                values.append(try Self(postgres: PostgresCell(type: elementType, bytes: nil)))
                continue
            }
            guard offset + length <= bytes.count else { throw cell.mismatch([Self].self) }
            let element = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
            values.append(try Self(postgres: PostgresCell(type: elementType, bytes: element)))
            offset += length
        }
        return values
    }
}
