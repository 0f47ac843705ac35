import CairnOrchestrator
package import Hummingbird
package import Logging
import NIOCore

/// Builds the HTTP server; `cairn-server` and the tests build the same one.
///
/// It does not run the intake, the sweeper or the start: whoever runs it puts those before it in the `ServiceGroup`, so
/// that they stop after it.
package func buildApplication(
    _ dependencies: Dependencies, options: ServerOptions = ServerOptions(), logger: Logger,
    onServerRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) -> some ApplicationProtocol {
    let routes = routes(dependencies, options: options)
    let router = Router(context: CairnContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestIDMiddleware(logger: logger))
    router.add(middleware: AccessLogMiddleware())
    router.add(middleware: ProblemMiddleware(routes: routes))
    if options.isLoopback { router.add(middleware: LoopbackHostMiddleware()) }
    for route in routes { router.on(route.routerPath, method: route.method, use: route.handler) }
    return Application(
        router: router,
        server: .http1(configuration: .init(idleTimeout: TimeAmount(options.idleTimeout))),
        configuration: .init(address: .hostname(options.host, port: options.port)),
        onServerRunning: { await onServerRunning($0.localAddress?.port ?? options.port) },
        logger: logger.warningsOnly)
}

extension Logger {
    /// Without what Hummingbird says of its starting and stopping. Requests have a logger of their own.
    fileprivate var warningsOnly: Logger {
        var logger = self
        logger.logLevel = max(logLevel, .warning)
        return logger
    }
}
