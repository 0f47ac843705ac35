public import CairnModel
import Foundation

/// A JSON document as bytes, read when somebody asks.
public struct StepDocument: Sendable, Hashable {
    /// The document, in UTF-8.
    public let bytes: [UInt8]

    /// A document of these bytes, which are not looked into.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// A value, encoded; its dates become ISO 8601.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = .withoutEscapingSlashes
        bytes = Array(try encoder.encode(value))
    }

    /// The document as a value, exact.
    public func json() throws -> JSON { try JSON.parse(bytes, limits: JSONLimits(maxDepth: JSONLimits.greatestDepth)) }

    /// The document, decoded; dates are ISO 8601.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(bytes))
    }

    /// `{}`
    static let emptyObject = StepDocument(bytes: Array("{}".utf8))
    /// `null`
    static let null = StepDocument(bytes: Array("null".utf8))
}
