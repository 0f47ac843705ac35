import CairnModel
import Foundation

extension CairnClient {
    /// Sends a request with a JSON value.
    func send(
        _ method: HTTPTransport.Method, _ path: String, query: [(String, String)] = [], body: JSON? = nil
    ) async throws(CairnClientError) -> HTTPReply {
        try await transport.send(method, path, query: query, body: body.map { Data($0.bytes) }).accepted()
    }

    /// Sends a request with a text that is JSON already.
    func send(
        _ method: HTTPTransport.Method, _ path: String, text: String
    ) async throws(CairnClientError) -> HTTPReply {
        try await transport.send(method, path, query: [], body: Data(text.utf8)).accepted()
    }

    func parsed(
        _ method: HTTPTransport.Method, _ path: String, query: [(String, String)] = [], body: JSON? = nil
    ) async throws(CairnClientError) -> JSON {
        try await send(method, path, query: query, body: body).parsed()
    }

    func object<Value: APIObject>(
        _ method: HTTPTransport.Method, _ path: String, query: [(String, String)] = [], body: JSON? = nil
    ) async throws(CairnClientError) -> Value {
        try await Value.reading(send(method, path, query: query, body: body))
    }

    /// A list that is the reply itself, or a member of it.
    func list<Value: APIObject>(
        _ path: String, member: String, query: [(String, String)] = []
    ) async throws(CairnClientError) -> [Value] {
        let reply = try await send(.get, path, query: query)
        let json = try reply.parsed()
        guard let values = json.arrayValue ?? json[member]?.arrayValue else { throw reply.unexpected("no list") }
        return try values.map { (value) throws(CairnClientError) in try Value.reading(value, from: reply) }
    }

    /// A part of a path.
    func encoded(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
    }
}
