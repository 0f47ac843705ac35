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
        let task = try TaskRequest(JSON.parse(body.readableBytesView), callbacks: options.callbacks)
        let answer = try await dependencies.intake.submitAndLook([task.submission])
        guard let outcome = answer.outcomes.first else { throw CairnError(.internal, "the intake gave no outcome") }
        let (id, isNew) = try outcome.result().get()
        let view = isNew ? newTask(id, answer, from: task, context.logger) : try await existingTask(id)
        return .json(view, status: isNew ? .created : .ok, location: "/v1/tasks/\(id)")
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

    /// The task that was just stored. When the database goes away at this very moment, what is known of it: it is stored,
    /// and the caller must hear of it.
    private func newTask(_ id: Int64, _ answer: IntakeAnswer, from request: TaskRequest, _ logger: Logger) -> JSONText {
        do {
            if let task = try answer.tasks.get()[id] { return task }
        } catch {
            logger.warning(
                "cannot read a task that was just stored", metadata: [LogKey.taskID: "\(id)", LogKey.error: "\(error)"])
        }
        let known: JSON = [
            "id": JSON(id), "namespace": .string(request.submission.namespace),
            "template_name": .string(request.submission.templateName), "state": .string(TaskState.pending.rawValue),
        ]
        return JSONText(bytes: known.bytes)
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
