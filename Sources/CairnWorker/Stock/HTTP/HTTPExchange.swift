/// A request, as `cairn.http` makes it.
struct HTTPRequest: Sendable {
    var method: String
    var url: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]?
    /// How long the answer may take.
    var timeout: Duration
    /// How many bytes the answer's body may have.
    var maxBodyBytes: Int
}

/// An answer.
struct HTTPAnswer: Sendable {
    var status: Int
    /// By lower-case names.
    var headers: [String: String]
    var body: [UInt8]
}

/// Why there is no answer.
enum HTTPProblem: Error, Sendable, Hashable {
    /// The request cannot be made at all.
    case badRequest(String)
    /// The network or the server failed.
    case unreachable(String)
    /// The body has more bytes than were allowed.
    case bodyTooLarge(Int)
}

/// Whoever can ask a web server: a seam, so that another client takes one type.
protocol HTTPClient: Sendable {
    /// - Throws: ``HTTPProblem``, or `CancellationError` when the task has been cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPAnswer
}
