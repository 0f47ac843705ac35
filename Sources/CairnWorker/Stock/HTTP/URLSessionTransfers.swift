import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The requests that are under way: gathers each answer up to its limit, and decides on redirects.
final class URLSessionTransfers: NSObject, URLSessionDataDelegate, Sendable {
    /// How many redirects a request follows.
    static let maxRedirects = 10

    private struct Transfer {
        var continuation: CheckedContinuation<HTTPAnswer, any Error>
        var maxBytes: Int
        var body: [UInt8] = []
        var redirects = 0
        var problem: HTTPProblem?
    }

    private let transfers = Mutex<[Int: Transfer]>([:])

    func begin(_ task: URLSessionTask, maxBytes: Int, _ continuation: CheckedContinuation<HTTPAnswer, any Error>) {
        transfers.withLock {
            $0[task.taskIdentifier] = Transfer(continuation: continuation, maxBytes: maxBytes)
        }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLarge = transfers.withLock { transfers in
            guard let transfer = transfers[dataTask.taskIdentifier] else { return false }
            if transfer.body.count + data.count > transfer.maxBytes {
                transfers[dataTask.taskIdentifier]?.problem = .bodyTooLarge(transfer.maxBytes)
                return true
            }
            transfers[dataTask.taskIdentifier]?.body.append(contentsOf: data)
            return false
        }
        if isTooLarge { dataTask.cancel() }
    }

    /// Follows a redirect within the same scheme. To another host nothing goes along that was meant for the first.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        let count = transfers.withLock { transfers in
            transfers[task.taskIdentifier]?.redirects += 1
            transfers[task.taskIdentifier]?.body = []
            return transfers[task.taskIdentifier]?.redirects ?? .max
        }
        let (from, to) = (response.url, request.url)
        // The new request's URL is not to be trusted with this: Foundation mends what it does not understand.
        let asked = response.value(forHTTPHeaderField: "Location").flatMap { URL(string: $0) }?.scheme ?? from?.scheme
        let schemes = Set([from?.scheme, to?.scheme, asked].map { $0?.lowercased() })
        guard count <= Self.maxRedirects, let from, let to, schemes.count == 1 else { return completionHandler(nil) }
        var request = request
        if from.host != to.host || from.port != to.port {
            for name in ["Authorization", "Cookie", "Proxy-Authorization"] {
                request.setValue(nil, forHTTPHeaderField: name)
            }
        }
        completionHandler(request)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        guard let transfer = transfers.withLock({ $0.removeValue(forKey: task.taskIdentifier) }) else { return }
        let problem = transfer.problem ?? Self.problem(error)
        transfer.continuation.resume(with: Self.answer(task.response, body: transfer.body, problem))
    }

    private static func answer(
        _ response: URLResponse?, body: [UInt8], _ problem: (any Error)?
    ) -> Result<HTTPAnswer, any Error> {
        if let problem { return .failure(problem) }
        guard let response = response as? HTTPURLResponse else {
            return .failure(HTTPProblem.unreachable("the server gave no HTTP answer"))
        }
        var headers: [String: String] = [:]
        for (name, value) in response.allHeaderFields { headers["\(name)".lowercased()] = "\(value)" }
        return .success(HTTPAnswer(status: response.statusCode, headers: headers, body: body))
    }

    private static func problem(_ error: (any Error)?) -> (any Error)? {
        switch error {
        case nil: nil
        case let error as URLError where error.code == .cancelled: CancellationError()
        case let error as URLError where [.badURL, .unsupportedURL].contains(error.code):
            HTTPProblem.badRequest("the URL is not supported")
        case let error as URLError: HTTPProblem.unreachable(error.localizedDescription)
        case let error?: HTTPProblem.unreachable("\(error)")
        }
    }
}
