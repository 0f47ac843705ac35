import CairnModel
import CairnStore
import Hummingbird

/// Workers and namespaces.
struct FleetRoutes: Sendable {
    let store: Store
    let body: OperatorBody

    init(_ dependencies: Dependencies, options: ServerOptions) {
        store = dependencies.store
        body = OperatorBody(options: options)
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/workers") { request, _ in
                let all = try Query(request, allowed: ["all"]).flag("all")
                return .json(try await store.workers(all: all), named: "workers")
            },
            Route(.post, "/v1/workers/{id}/drain") { request, context in
                let id = try context.id()
                let changed = try await store.drainWorker(id, body.action(request, context))
                return .json(["id": JSON(id), "state": "draining", "changed": .bool(changed)])
            },
            Route(.get, "/v1/namespaces") { request, _ in
                _ = try Query(request, allowed: [])
                return .json(try await store.namespaces(), named: "namespaces")
            },
            Route(.post, "/v1/namespaces/{namespace}/pause") { request, context in
                let name = try context.name("namespace")
                let changed = try await store.pauseNamespace(name, body.action(request, context))
                return .json(["name": .string(name), "paused": true, "changed": .bool(changed)])
            },
            Route(.post, "/v1/namespaces/{namespace}/resume") { request, context in
                let name = try context.name("namespace")
                let changed = try await store.resumeNamespace(name, body.action(request, context))
                return .json(["name": .string(name), "paused": false, "changed": .bool(changed)])
            },
        ]
    }
}
