import CairnStore
import Hummingbird

/// Workers and namespaces.
struct FleetRoutes: Sendable {
    let store: Store

    init(_ dependencies: Dependencies) { store = dependencies.store }

    var routes: [Route] {
        [
            Route(.get, "/v1/workers") { request, _ in
                let all = try Query(request, allowed: ["all"]).flag("all")
                return .json(try await store.workers(all: all), named: "workers")
            },
            Route(.get, "/v1/namespaces") { request, _ in
                _ = try Query(request, allowed: [])
                return .json(try await store.namespaces(), named: "namespaces")
            },
        ]
    }
}
