import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird

/// Whether the server lives, and whether it can serve.
struct HealthRoutes: Sendable {
    let check: ReadinessCheck
    let troubles: Troubles

    init(_ dependencies: Dependencies, options: ServerOptions) {
        troubles = dependencies.troubles
        check = ReadinessCheck(store: dependencies.store, gate: dependencies.gate, timeout: options.readinessTimeout)
    }

    var routes: [Route] {
        [
            Route(.get, "/health") { _, _ in
                let obstacle = await check.whyNotReady()
                let troubles = troubles.all
                let reason = obstacle ?? troubles.first.map(sentence)
                return .json([
                    "status": reason == nil ? "healthy" : "degraded", "version": .string(CairnVersion.current),
                    "ready": .bool(obstacle == nil), "reason": JSON(reason),
                    "failing": .array(troubles.map(json)),
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

    /// A server that cannot sweep still serves, and so does every other one, for they all meet the same row: it stays ready.
    private func sentence(_ trouble: Troubles.Trouble) -> String {
        let what =
            switch trouble.duty {
            case .sweep: "sweeping fails, or a part of it"
            case .partitions: "the history's next partitions cannot be made"
            case .retention: "tasks that are kept no longer cannot be let go"
            case .history: "history that is kept no longer cannot be let go"
            }
        return "\(what), since \(trouble.sinceText): \(trouble.error)"
    }

    private func json(_ trouble: Troubles.Trouble) -> JSON {
        [
            "duty": .string(trouble.duty.rawValue), "since": .string(trouble.sinceText),
            "error": .string(trouble.error),
        ]
    }
}
