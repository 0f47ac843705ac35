import CairnModel
import CairnStore
import HTTPTypes
import Hummingbird
import Postgres

/// One step: its attempts, and what an operator does to it.
struct StepRoutes: Sendable {
    let store: Store
    let body: OperatorBody

    /// What can be done to a step.
    static let actions = ["reset_for_retry", "resolve_manually", "complete_manually", "rerun"]

    init(_ dependencies: Dependencies, options: ServerOptions) {
        store = dependencies.store
        body = OperatorBody(options: options)
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/tasks/{id}/steps/{name}") { request, context in
                _ = try Query(request, allowed: [])
                return .json(try await store.step(context.id(), context.name("name")))
            },
            Route(.patch, "/v1/tasks/{id}/steps/{name}") { request, context in
                let (id, name) = (try context.id(), try context.name("name"))
                let members = try await body.members(request, ["action", "result", "downstream"])
                return .json(
                    try await store.change(step: name, of: id, Self.change(members), members.action(context)))
            },
        ]
    }

    private static func change(_ members: Members) throws(Problem) -> StepAction {
        let action = try members.action(of: actions)
        for (member, owner) in [("result", "complete_manually"), ("downstream", "rerun")]
        where action != owner && members[member] != nil {
            throw Problem(.badRequest, .invalidMember, "\(member) goes with \(owner), not with \(action)")
                .at("/\(member)")
        }
        return switch action {
        case "reset_for_retry": .resetForRetry
        case "resolve_manually": .resolveManually
        case "complete_manually": .completeManually(result: members["result"].map { JSONB(bytes: $0.bytes) })
        default: .rerun(downstream: try members.flag("downstream") ?? false)
        }
    }
}
