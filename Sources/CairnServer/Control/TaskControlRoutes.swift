import CairnModel
import CairnStore
import HTTPTypes
import Hummingbird
import Postgres

/// What an operator does to a task, and why it waits.
struct TaskControlRoutes: Sendable {
    let store: Store
    let body: OperatorBody

    /// Whom a cancellation is by that does not say so.
    private static let someone = "api"

    init(_ dependencies: Dependencies, options: ServerOptions) {
        store = dependencies.store
        body = OperatorBody(options: options)
    }

    var routes: [Route] {
        [
            Route(.delete, "/v1/tasks/{id}", delete),
            Route(.post, "/v1/tasks/{id}/cancel") { request, context in
                let id = try context.id()
                return try await cancel(id, body.members(request).action(context, by: Self.someone))
            },
            Route(.post, "/v1/tasks/{id}/retry") { request, context in
                let id = try context.id()
                let (steps, task) = try await store.retryTask(id, body.action(request, context))
                return .json(task, with: "retried_steps", JSON(steps))
            },
            Route(.post, "/v1/tasks/{id}/resolve") { request, context in
                let id = try context.id()
                return .json(try await store.resolveTask(id, body.action(request, context)))
            },
            Route(.post, "/v1/tasks/{id}/priority") { request, context in
                let id = try context.id()
                let members = try await body.members(request, ["priority"])
                return .json(
                    try await store.setPriority(
                        id, to: members.requiredInteger("priority"), members.action(context)))
            },
            Route(.get, "/v1/tasks/{id}/explain") { request, context in
                let step = try Query(request, allowed: ["step"])["step"]
                return .json(try await store.explain(context.id(), step: step))
            },
        ]
    }

    /// `DELETE /v1/tasks/{id}`: who and why are in the body or in the query, for not every client sends a body here.
    @Sendable private func delete(_ request: Request, _ context: CairnContext) async throws -> Response {
        let id = try context.id()
        guard request.headers[.contentType] == nil else {
            return try await cancel(id, body.members(request).action(context, by: Self.someone))
        }
        let query = try Query(request, allowed: ["by", "reason"])
        guard let reason = query["reason"] else {
            throw Problem(
                .badRequest, .missingMember, "reason is required",
                hint: "send it as JSON, {\"reason\": \"…\"}, or in the query, ?reason=…"
            ).at("/reason")
        }
        let whoAndWhy = WhoAndWhy(by: query["by"] ?? Self.someone, reason: reason)
        return try await cancel(id, OperatorAction(whoAndWhy, address: context.address))
    }

    private func cancel(_ id: Int64, _ action: OperatorAction) async throws -> Response {
        let cancellation = try await store.cancelTask(id, action)
        return .json(cancellation.task, with: "outcome", .string(cancellation.outcome))
    }
}
