import CairnModel
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension CairnClientError {
    /// The problem that a reply describes; of a reply that is none, the status has to say it all.
    init(problem reply: HTTPReply) {
        let json = reply.json
        let title = json?["title"]?.stringValue
        let known = json?["code"]?.stringValue
        self.init(
            known.map { ProblemCode(rawValue: $0) } ?? Self.code(forStatus: reply.status), status: reply.status,
            title: title,
            detail: json?["detail"]?.stringValue ?? title ?? "\(reply.source) was answered with status \(reply.status)",
            hint: json?["hint"]?.stringValue ?? Self.hint(forStatus: reply.status, retryAfter: reply.retryAfter),
            issues: (json?["errors"]?.arrayValue ?? []).map(ProblemIssue.init), json: json)
    }

    /// No reply: nobody is there.
    init(unreachable url: URL, reason: String? = nil, _ error: any Error) {
        let place = url.absoluteString
        var detail = "no server answers at \(place)"
        if let error = error as? URLError {
            switch error.code {
            case .cannotFindHost, .dnsLookupFailed: detail = "there is no host \(url.host ?? place)"
            case .timedOut: detail = "the server at \(place) did not answer in time"
            case .networkConnectionLost: detail = "the server at \(place) closed the connection without an answer"
            case .cancelled: detail = "the request to \(place) was cancelled"
            default: break
            }
        }
        self.init(
            .unreachable, detail: detail + (reason.map { " (\($0))" } ?? ""),
            hint: "Start one with `cairn up`, or say where it is with --server or CAIRN_SERVER")
    }

    private static func code(forStatus status: Int) -> ProblemCode {
        switch status {
        case 401: .unauthenticated
        case 403: .forbidden
        case 404: .notFound
        case 413: .tooLarge
        case 502, 503, 504: .unavailable
        case 400..<500: .badRequest
        default: .internal
        }
    }

    private static func hint(forStatus status: Int, retryAfter: String?) -> String? {
        switch status {
        case 401, 403: "Ask whoever runs the server for access"
        case 429, 503: retryAfter.map { "Try again in \($0) s" } ?? "Try again in a moment"
        case 500...: "Look into the server's log"
        default: nil
        }
    }
}
