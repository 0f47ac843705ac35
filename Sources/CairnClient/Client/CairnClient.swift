public import Foundation

/// The REST API of a Cairn server, typed.
///
/// ```swift
/// let cairn = try CairnClient("http://127.0.0.1:8080")
/// let task = try await cairn.submit(Submission(namespace: "example", template: "linear_workflow"))
/// let later = try await cairn.task(task.id)
/// ```
///
/// Every object keeps the JSON it was read from in `json`, exactly as the server wrote it. Every failure is a
/// ``CairnClientError``. A client is a value; copies share the connections.
public struct CairnClient: Sendable {
    /// Where the server is.
    public let baseURL: URL
    let transport: HTTPTransport

    /// The address that a server has unless it is told otherwise.
    public static let defaultServer = "http://127.0.0.1:8080"

    /// A client of the server at this address.
    ///
    /// - Parameters:
    ///   - baseURL: Where the server is; a path is kept, so the server may be behind a prefix.
    ///   - timeout: How long one request may take, in seconds.
    ///   - headers: Headers to send with every request.
    ///   - reason: Why the server is looked for there, as an error of connection tells it: `as --server says`.
    public init(baseURL: URL, timeout: TimeInterval = 30, headers: [String: String] = [:], reason: String? = nil) {
        self.baseURL = baseURL
        transport = HTTPTransport(baseURL: baseURL, timeout: timeout, headers: headers, reason: reason)
    }

    /// A client of the server at this address, such as `http://127.0.0.1:8080`.
    public init(
        _ server: String, timeout: TimeInterval = 30, headers: [String: String] = [:], reason: String? = nil
    ) throws(CairnClientError) {
        guard let url = URL(string: server), url.scheme == "http" || url.scheme == "https", url.host != nil else {
            throw CairnClientError(
                .invalidAddress, detail: "\"\(server)\" is not the address of a server",
                hint: "Write it as http://host:port, such as \(Self.defaultServer)")
        }
        self.init(baseURL: url, timeout: timeout, headers: headers, reason: reason)
    }
}
