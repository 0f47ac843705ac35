import Hummingbird
import Logging

/// One log line a request: method, path, status, duration. Health checks at debug, everything else at info.
struct AccessLogMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: CairnContext, next: (Request, CairnContext) async throws -> Response
    ) async throws -> Response {
        let clock = ContinuousClock()
        let start = clock.now
        let response = try await next(request, context)
        let path = request.uri.path
        context.logger.log(
            level: path.hasPrefix("/health") ? .debug : .info, "request",
            metadata: [
                LogKey.method: "\(request.method)", LogKey.path: "\(path.prefix(200))",
                LogKey.status: "\(response.status.code)", LogKey.duration: "\((clock.now - start).milliseconds)",
            ])
        return response
    }
}

extension Duration {
    /// Milliseconds with one decimal.
    fileprivate var milliseconds: Double { (self / .microseconds(100)).rounded() / 10 }
}
