package import CairnModel

/// A hook as it is posted.
package struct HookRequest: Sendable {
    /// Where to.
    package let url: CallbackURL
    /// All headers but `Host`, `Content-Length` and `Connection`, which are the client's.
    package let headers: [(name: String, value: String)]
    /// The payload.
    package let body: [UInt8]

    package init(url: CallbackURL, headers: [(name: String, value: String)], body: [UInt8]) {
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// What a receiver answered.
package struct HookAnswer: Sendable, Hashable {
    /// How much of an answer's body is read.
    package static let maxBodyBytes = 4096

    /// The status.
    package let status: Int
    /// The header `Retry-After` as it was sent.
    package let retryAfter: String?
    /// The start of the body.
    package let body: [UInt8]

    package init(status: Int, retryAfter: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }
}

/// Why a hook got no answer.
package enum HookProblem: Error, Sendable, Hashable {
    /// The network, the name service or the receiver failed; later it may work.
    case unreachable(String)
    /// The address is one that hooks are not posted to.
    case refused(CallbackRefusal)
}

/// Whoever can post a hook: a seam, so that the loops need know nothing of HTTP.
package protocol HookClient: Sendable {
    /// Posts a hook, once; redirects are not followed.
    ///
    /// - Throws: ``HookProblem``, or `CancellationError` when the task has been cancelled.
    func post(_ request: HookRequest) async throws -> HookAnswer
}
