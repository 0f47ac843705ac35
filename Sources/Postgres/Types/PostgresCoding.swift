/// A value that can be bound to a parameter, in PostgreSQL's binary format.
public protocol PostgresEncodable: Sendable {
    /// The type that is announced with the bind.
    static var postgresType: PostgresType { get }
    /// The type of an array of these.
    static var postgresArrayType: PostgresType { get }
    /// Whether the value is NULL; then `encode` is not called.
    var isPostgresNull: Bool { get }
    /// Appends the binary form.
    func encode(into buffer: inout PostgresBuffer)
    /// Appends the binary form of a whole array. There is a default; `UInt8` makes a `bytea` of it.
    static func encodeArray(_ values: [Self], into buffer: inout PostgresBuffer)
}

extension PostgresEncodable {
    /// False: only an `Optional` is ever NULL.
    public var isPostgresNull: Bool { false }
}

/// A value that can be read from a column, from PostgreSQL's binary format.
public protocol PostgresDecodable: Sendable {
    /// Reads the value; throws what `PostgresCell.mismatch` makes when the type does not fit.
    init(postgres cell: PostgresCell) throws
    /// Reads a whole array. There is a default; `UInt8` reads a `bytea`.
    static func decodeArray(postgres cell: PostgresCell) throws -> [Self]
}

/// Both directions.
public typealias PostgresCodable = PostgresDecodable & PostgresEncodable

/// One field of one row, as the server sent it.
public struct PostgresCell {
    /// The type of the column.
    public let type: PostgresType
    /// The bytes, or nil for NULL. Valid only while the value is being decoded.
    public let bytes: UnsafeRawBufferPointer?

    /// A field of this type with these bytes.
    public init(type: PostgresType, bytes: UnsafeRawBufferPointer?) {
        self.type = type
        self.bytes = bytes
    }

    /// The bytes of a field that must not be NULL, for a value of type `target`.
    public func required<Target>(for target: Target.Type) throws -> UnsafeRawBufferPointer {
        guard let bytes else {
            throw PostgresError(code: .decoding, message: "NULL where \(Target.self) was asked for")
        }
        return bytes
    }

    /// The bytes of a field that must not be NULL and have one length.
    func fixed<Target>(_ length: Int, for target: Target.Type) throws -> UnsafeRawBufferPointer {
        let bytes = try required(for: target)
        guard bytes.count == length else { throw mismatch(target) }
        return bytes
    }

    /// The error of a column that holds something else than `target`.
    public func mismatch<Target>(_ target: Target.Type) -> PostgresError {
        PostgresError(code: .decoding, message: "\(type) cannot be read as \(Target.self)")
    }
}
