import CairnModel
import Foundation

/// What a server answered.
struct HTTPReply: Sendable {
    var status: Int
    var contentType: String
    var retryAfter: String?
    var body: Data
    /// Where it came from, for messages.
    var source: String

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body if it is JSON.
    var json: JSON? { try? JSON.parse(body, limits: JSONLimits(maxBytes: .max)) }

    /// The reply if the request succeeded; otherwise the problem that it describes.
    func accepted() throws(CairnClientError) -> HTTPReply {
        guard !(200..<300).contains(status) else { return self }
        throw CairnClientError(problem: self)
    }

    /// The body as JSON.
    func parsed() throws(CairnClientError) -> JSON {
        guard let json else { throw unexpected("no JSON") }
        return json
    }

    /// The reply is not what a Cairn server answers.
    func unexpected(_ what: String) -> CairnClientError {
        CairnClientError(
            .unexpectedReply, status: status, detail: "the reply of \(source) is not what was expected: \(what)",
            hint: "Check that a Cairn server of this version is at that address", json: json)
    }
}
