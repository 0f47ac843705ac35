import CairnModel
import HTTPTypes
import Hummingbird
import Logging

/// One log line a request: method, path, status, duration. At info what changes something or goes wrong; at debug what
/// only looks, and finds: one who watches a task asks several times a second.
struct AccessLogMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: CairnContext, next: (Request, CairnContext) async throws -> Response
    ) async throws -> Response {
        let clock = ContinuousClock()
        let start = clock.now
        let response = try await next(request, context)
        let path = request.uri.path
        context.logger.log(
            level: Self.level(of: request.method, path, status: response.status), "request",
            metadata: [
                LogKey.method: "\(request.method)", LogKey.path: "\(path.prefix(200))",
                LogKey.status: "\(response.status.code)", LogKey.duration: "\((clock.now - start).milliseconds)",
            ])
        return response
    }

    static func level(of method: HTTPRequest.Method, _ path: String, status: HTTPResponse.Status) -> Logger.Level {
        // A health check that fails is an answer too, and comes again and again.
        if path.hasPrefix("/health") { return .debug }
        return [.get, .head].contains(method) && status.code < 400 ? .debug : .info
    }
}

extension Duration {
    /// Milliseconds with one decimal.
    fileprivate var milliseconds: Double { (self / .microseconds(100)).rounded() / 10 }
}
