import CairnModel
import CairnStore
import HTTPTypes
import Hummingbird

/// How long finished tasks and the history are kept.
struct RetentionRoutes: Sendable {
    let store: Store
    let body: OperatorBody

    init(_ dependencies: Dependencies, options: ServerOptions) {
        store = dependencies.store
        body = OperatorBody(options: options)
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/retention") { request, _ in
                _ = try Query(request, allowed: [])
                return .json(try await store.retention())
            },
            Route(.patch, "/v1/retention") { request, context in
                let members = try await body.members(request, ["keep_tasks", "keep_history"])
                guard members.has("keep_tasks") || members.has("keep_history") else {
                    throw Problem(
                        .badRequest, .missingMember, "keep_tasks or keep_history is required",
                        hint: "a duration such as \"30d\", or null to keep it for ever")
                }
                return .json(
                    try await store.setRetention(
                        tasks: Self.change("keep_tasks", in: members),
                        history: Self.change("keep_history", in: members), members.action(context)))
            },
        ]
    }

    /// What is absent stays as it is; null is for ever.
    private static func change(_ name: String, in members: Members) throws(Problem) -> KeepChange {
        guard members.has(name) else { return .same }
        guard let text = try members.text(name) else { return .forever }
        guard let span = Milliseconds(text) else {
            throw Problem(.badRequest, .invalidMember, "\(name) must be a duration such as \"30d\", or null")
                .at("/\(name)")
        }
        return .span(span)
    }
}
