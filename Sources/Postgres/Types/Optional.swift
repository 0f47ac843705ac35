extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    /// That of the wrapped type.
    public static var postgresType: PostgresType { Wrapped.postgresType }
    /// That of the wrapped type.
    public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }
    /// Whether there is no value.
    public var isPostgresNull: Bool { self?.isPostgresNull ?? true }
    /// The value, when there is one.
    public func encode(into buffer: inout PostgresBuffer) { self?.encode(into: &buffer) }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Nil from NULL, else the value.
    public init(postgres cell: PostgresCell) throws {
        self = cell.bytes == nil ? nil : try Wrapped(postgres: cell)
    }
}
