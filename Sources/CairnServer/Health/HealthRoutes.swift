import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird

/// Whether the server lives, and whether it can serve.
struct HealthRoutes: Sendable {
    let check: ReadinessCheck

    init(_ dependencies: Dependencies, options: ServerOptions) {
        check = ReadinessCheck(store: dependencies.store, gate: dependencies.gate, timeout: options.readinessTimeout)
    }

    var routes: [Route] {
        [
            Route(.get, "/health") { _, _ in
                let reason = await check.whyNotReady()
                return .json([
                    "status": reason == nil ? "healthy" : "degraded", "version": .string(CairnVersion.current),
                    "ready": .bool(reason == nil), "reason": JSON(reason),
                ])
            },
            Route(.get, "/health/live") { _, _ in .json(["status": "live"]) },
            Route(.get, "/health/ready") { _, _ in
                if let reason = await check.whyNotReady() {
                    throw Problem(.serviceUnavailable, .notReady, reason).retryAfter(seconds: 2)
                }
                return .json(["status": "ready"])
            },
        ]
    }
}
