import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird
import Logging
import Postgres

/// Submitting and finding tasks.
struct TaskRoutes: Sendable {
    let dependencies: Dependencies
    let options: ServerOptions

    init(_ dependencies: Dependencies, options: ServerOptions) {
        self.dependencies = dependencies
        self.options = options
    }

    var routes: [Route] { [Route(.post, "/v1/tasks", submit), Route(.get, "/v1/tasks", list)] }

    /// `POST /v1/tasks`
    @Sendable private func submit(_ request: Request, _ context: CairnContext) async throws -> Response {
        _ = try Query(request, allowed: [])
        _ = try request.bodyType([.json])
        let body = try await request.bytes(limit: options.bodyLimit, timeout: options.bodyTimeout)
        var task = try TaskRequest(JSON.parse(body.readableBytesView), callbacks: options.callbacks).submission
        task.isShown = true
        guard let outcome = try await dependencies.intake.submit([task]).first else {
            throw CairnError(.internal, "the intake gave no outcome")
        }
        if case .created(let id, let view?) = outcome {
            return .json(view, status: .created, location: "/v1/tasks/\(id)")
        }
        let (id, isNew) = try outcome.result().get()
        return .json(try await existingTask(id), status: isNew ? .created : .ok, location: "/v1/tasks/\(id)")
    }

    /// The task that a submit would have duplicated. Nothing was stored: whoever gets an error may just submit again.
    private func existingTask(_ id: Int64) async throws -> JSONText {
        guard let task = try await dependencies.store.task(id) else {
            throw Problem(
                .serviceUnavailable, .unavailable, "task \(id), which this would duplicate, has just left by retention",
                hint: "submit it again")
        }
        return task
    }

    /// `GET /v1/tasks`
    @Sendable private func list(_ request: Request, _ context: CairnContext) async throws -> Response {
        let query = try Query(
            request,
            allowed: [
                "namespace", "template_name", "state", "correlation_id", "tag", "created_after", "created_before",
                "limit", "after",
            ])
        var filter = TaskFilter()
        filter.namespace = query["namespace"]
        filter.templateName = query["template_name"]
        filter.state = try query.choice("state", of: TaskState.allCases.map(\.rawValue))
        filter.correlationID = query["correlation_id"]
        filter.tag = query["tag"]
        filter.createdAfter = try query.time("created_after")
        filter.createdBefore = try query.time("created_before")
        filter.limit = try query.integer("limit", in: 1...500) ?? 50
        filter.after = try query.integer("after", in: 1...Int64.max)
        return .json(try await dependencies.store.tasks(filter))
    }
}
