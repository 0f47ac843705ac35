/// The bytes of a JSON document for a `jsonb` column or parameter. They are not looked into.
public struct JSONB: PostgresCodable, Hashable {
    /// The document, in UTF-8.
    public var bytes: [UInt8]

    /// A document from UTF-8 bytes.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// A document from text.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The document as text.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// `jsonb`
    public static var postgresType: PostgresType { .jsonb }
    /// `jsonb[]`
    public static var postgresArrayType: PostgresType { .jsonbArray }

    /// The format's version byte, then the text.
    public func encode(into buffer: inout PostgresBuffer) {
        buffer.append(1)
        buffer.append(contentsOf: bytes)
    }

    /// From `jsonb` or `json`.
    public init(postgres cell: PostgresCell) throws {
        let bytes = try cell.required(for: Self.self)
        switch cell.type {
        case .jsonb where bytes.first == 1: self.init(bytes: Array(bytes.dropFirst()))
        case .json: self.init(bytes: Array(bytes))
        default: throw cell.mismatch(Self.self)
        }
    }
}

/// The bytes of a JSON document for a `json` column or parameter, kept by the server as they are.
public struct JSONText: PostgresCodable, Hashable {
    /// The document, in UTF-8.
    public var bytes: [UInt8]

    /// A document from UTF-8 bytes.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// A document from text.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The document as text.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// `json`
    public static var postgresType: PostgresType { .json }
    /// `json[]`
    public static var postgresArrayType: PostgresType { .jsonArray }

    /// The text.
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(contentsOf: bytes) }

    /// From `json` or `jsonb`, or from `text` that is known to be JSON: to make it `json` the server would read it all.
    public init(postgres cell: PostgresCell) throws {
        bytes = cell.type == .text ? Array(try cell.required(for: Self.self)) : try JSONB(postgres: cell).bytes
    }
}
