import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Sends requests and takes replies; knows nothing of what they mean.
struct HTTPTransport: Sendable {
    enum Method: String {
        case get = "GET"
        case post = "POST"
        case patch = "PATCH"
    }

    let baseURL: URL
    let timeout: TimeInterval
    let headers: [String: String]
    /// Why the server is looked for there.
    let reason: String?

    /// One session for all clients, so that connections are reused; nothing is cached or remembered.
    private static let session: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.urlCache = nil
        configuration.httpShouldSetCookies = false
        return URLSession(configuration: configuration)
    }()

    func send(
        _ method: Method, _ path: String, query: [(String, String)], body: Data?
    ) async throws(CairnClientError) -> HTTPReply {
        let request = try request(method, path, query: query, body: body)
        let source = "\(method.rawValue) \(request.url?.absoluteString ?? path)"
        do {
            let (data, response) = try await Self.data(for: request)
            guard let response = response as? HTTPURLResponse else {
                throw CairnClientError(.unexpectedReply, detail: "\(source) was not answered by HTTP", hint: nil)
            }
            return HTTPReply(
                status: response.statusCode, contentType: response.value(forHTTPHeaderField: "Content-Type") ?? "",
                retryAfter: response.value(forHTTPHeaderField: "Retry-After"), body: data, source: source)
        } catch let error as CairnClientError {
            throw error
        } catch {
            throw CairnClientError(unreachable: baseURL, reason: reason, error)
        }
    }

    /// What `URLSession.data(for:)` does, which on Linux may lock up for good when a request is cancelled while it ends:
    /// https://github.com/swiftlang/swift-corelibs-foundation/issues/5412. A completion handler runs without the session's
    /// lock, and so can be waited for.
    private static func data(for request: URLRequest) async throws -> (Data, URLResponse) {
        let (replies, reply) = AsyncThrowingStream<(Data, URLResponse), any Error>.makeStream()
        let task = session.dataTask(with: request) { data, response, error in
            if let data, let response { reply.yield((data, response)) }
            reply.finish(throwing: error)
        }
        task.resume()
        return try await withTaskCancellationHandler {
            for try await reply in replies { return reply }
            throw URLError(.cancelled)
        } onCancel: {
            task.cancel()
        }
    }

    private func request(
        _ method: Method, _ path: String, query: [(String, String)], body: Data?
    ) throws(CairnClientError) -> URLRequest {
        var components = URLComponents(url: baseURL, resolvingAgainstBaseURL: false)
        let base = components?.percentEncodedPath ?? ""
        components?.percentEncodedPath = (base.hasSuffix("/") ? String(base.dropLast()) : base) + path
        components?.percentEncodedQuery =
            query.isEmpty ? nil : query.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
        guard let url = components?.url else {
            throw CairnClientError(.invalidAddress, detail: "\(baseURL)\(path) is not an address", hint: nil)
        }
        var request = URLRequest(url: url, timeoutInterval: timeout)
        request.httpMethod = method.rawValue
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        if let body {
            request.httpBody = body
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        return request
    }

    /// `+` and `&` of a value must not mean anything.
    private func escaped(_ text: String) -> String {
        text.addingPercentEncoding(
            withAllowedCharacters: .alphanumerics.intersection(.init(charactersIn: "\u{0}"..."\u{7f}")))
            ?? text
    }
}
