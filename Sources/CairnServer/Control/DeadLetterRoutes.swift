import CairnModel
import CairnStore
import HTTPTypes
import Hummingbird

/// Dead letters: tasks that somebody has to look at.
struct DeadLetterRoutes: Sendable {
    let store: Store
    let body: OperatorBody

    /// What can be done to a dead letter.
    static let actions = ["investigate", "retry", "resolve", "cancel", "close", "give_up"]
    static let statuses = ["pending", "investigating", "resolved", "permanently_failed", "cancelled"]
    static let reasons = ["retries_exhausted", "permanent_error", "poison", "stale", "manual"]

    init(_ dependencies: Dependencies, options: ServerOptions) {
        store = dependencies.store
        body = OperatorBody(options: options)
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/dlq") { request, _ in .json(try await store.deadLetters(Self.filter(request))) },
            Route(.post, "/v1/dlq", open),
            Route(.get, "/v1/dlq/stats") { request, _ in
                _ = try Query(request, allowed: [])
                return .json(try await store.deadLetterStats())
            },
            Route(.get, "/v1/dlq/{id}") { request, context in
                _ = try Query(request, allowed: [])
                let id = try context.id()
                guard let letter = try await store.deadLetter(id) else {
                    throw Problem(
                        .notFound, .deadLetterNotFound, "there is no dead letter \(id)", hint: "GET /v1/dlq lists them")
                }
                return .json(letter)
            },
            Route(.patch, "/v1/dlq/{id}") { request, context in
                let id = try context.id()
                let members = try await body.members(request, ["action"])
                let name = try members.action(of: Self.actions)
                let action = try members.action(context)
                return .json(
                    name == "investigate"
                        ? try await store.investigateDeadLetter(id, action)
                        : try await store.resolveDeadLetter(id, name, action))
            },
        ]
    }

    /// `POST /v1/dlq`: 201 when the entry is new, 200 when one was open for the task.
    @Sendable private func open(_ request: Request, _ context: CairnContext) async throws -> Response {
        let members = try await body.members(request, ["task_id"])
        let (letter, isNew) = try await store.openDeadLetter(
            task: members.requiredInteger("task_id"), members.action(context))
        return .json(letter, status: isNew ? .created : .ok)
    }

    private static func filter(_ request: Request) throws(Problem) -> DeadLetterFilter {
        let query = try Query(
            request,
            allowed: [
                "open", "status", "reason", "namespace", "template_name", "task_id", "opened_after", "opened_before",
                "limit", "after",
            ])
        var filter = DeadLetterFilter()
        filter.isOpen = try query.flag("open")
        filter.status = try query.choice("status", of: statuses)
        filter.reason = try query.choice("reason", of: reasons)
        filter.namespace = query["namespace"]
        filter.templateName = query["template_name"]
        filter.taskID = try query.integer("task_id", in: 1...Int64.max)
        filter.openedAfter = try query.time("opened_after")
        filter.openedBefore = try query.time("opened_before")
        filter.limit = try query.integer("limit", in: 1...500) ?? 50
        filter.after = try query.integer("after", in: 1...Int64.max)
        return filter
    }
}
