extension String: PostgresCodable {
    /// `text`
    public static var postgresType: PostgresType { .text }
    /// `text[]`
    public static var postgresArrayType: PostgresType { .textArray }
    /// UTF-8.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(text: self) }
    /// From any type whose binary form is text: `text`, `varchar`, `name`, enums, `json` and also `jsonb`.
    public init(postgres cell: PostgresCell) throws {
        let bytes = try cell.required(for: Self.self)
        switch cell.type {
        case .text, .varchar, .bpchar, .name, .unknown, .json, .char: self.init(decoding: bytes, as: UTF8.self)
        case .jsonb: self.init(decoding: bytes.dropFirst(), as: UTF8.self)
        case let type where type.rawValue >= PostgresType.firstUserDefined:
            guard let text = String(validating: bytes, as: UTF8.self) else { throw cell.mismatch(Self.self) }
            self = text
        default: throw cell.mismatch(Self.self)
        }
    }
}

/// An enumeration of strings is bound as `text` (cast it to an enum of the database where needed).
extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    /// That of the raw value.
    public static var postgresType: PostgresType { RawValue.postgresType }
    /// That of the raw value.
    public static var postgresArrayType: PostgresType { RawValue.postgresArrayType }
    /// The raw value.
    public func encode(into buffer: inout PostgresBuffer) { rawValue.encode(into: &buffer) }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    /// From the raw value; throws when there is no such case.
    public init(postgres cell: PostgresCell) throws {
        guard let value = Self(rawValue: try RawValue(postgres: cell)) else {
            throw PostgresError(code: .decoding, message: "no case of \(Self.self) has this raw value")
        }
        self = value
    }
}
