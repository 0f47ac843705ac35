public import CairnModel

/// An object of the API, read from the JSON that the server wrote. Members that this version does not know are kept in
/// `json`; numbers of any size stay exact there.
public protocol APIObject: Sendable {
    /// The object as the server wrote it.
    var json: JSON { get }
    /// Reads the object; throws ``MissingMember`` when it is not one.
    init(json: JSON) throws(MissingMember)
}

/// A member that an object of the API must have is not there, or is of another kind.
public struct MissingMember: Error, Sendable, Hashable, CustomStringConvertible {
    /// The member's name.
    public let name: String

    /// A sentence.
    public var description: String { "it has no usable \"\(name)\"" }
}

extension APIObject {
    static func reading(_ reply: HTTPReply) throws(CairnClientError) -> Self {
        try reading(reply.parsed(), from: reply)
    }

    static func reading(_ json: JSON, from reply: HTTPReply) throws(CairnClientError) -> Self {
        do {
            return try Self(json: json)
        } catch {
            throw reply.unexpected(error.description)
        }
    }
}

extension JSON {
    func text(_ name: String) throws(MissingMember) -> String {
        guard let value = self[name]?.stringValue else { throw MissingMember(name: name) }
        return value
    }

    func int(_ name: String) throws(MissingMember) -> Int64 {
        guard let value = self[name]?.intValue else { throw MissingMember(name: name) }
        return value
    }

    func time(_ name: String) -> Timestamp? { self[name]?.stringValue.map(Timestamp.init) }

    func texts(_ name: String) -> [String] { self[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    /// A value, but not `null`.
    func value(_ name: String) -> JSON? {
        // Not `nil` in a closure: that could be JSON's own null.
        guard let value = self[name], !value.isNull else { return Optional.none }
        return value
    }
}
