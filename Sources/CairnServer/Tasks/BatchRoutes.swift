import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird

/// Submitting many tasks in one request.
struct BatchRoutes: Sendable {
    private typealias ItemResult = Result<(id: Int64, isNew: Bool), Problem>

    let intake: TaskIntake
    let options: ServerOptions

    init(_ dependencies: Dependencies, options: ServerOptions) {
        intake = dependencies.intake
        self.options = options
    }

    var routes: [Route] { [Route(.post, "/v1/tasks/batch", submit)] }

    /// `POST /v1/tasks/batch`
    @Sendable private func submit(_ request: Request, _ context: CairnContext) async throws -> Response {
        let groups: BatchGroups = try Query(request, allowed: ["partial"]).flag("partial") ? .apart : .together
        let type = try request.bodyType([.json, .lines])
        let body = try await request.bytes(limit: options.batchBodyLimit, timeout: options.bodyTimeout)
            .readableBytesView
        let items =
            switch type {
            case .json: try BatchItems(array: body, options).items
            case .lines: try BatchItems(lines: body, options).items
            }
        let results = try await results(of: items, groups)
        if groups == .together, let cause = Self.cause(in: results) { throw Self.refusal(cause, results) }
        return Self.response(results, type, status: groups == .together ? .created : .ok)
    }

    private func results(of items: [Result<TaskRequest, Problem>], _ groups: BatchGroups) async throws -> [ItemResult] {
        let good = items.compactMap { try? $0.get().submission }
        let isHopeless = groups == .together && good.count < items.count
        var stored = good.isEmpty || isHopeless ? [] : try await submit(good, groups)[...]
        return items.map { item in
            switch item {
            case .failure(let problem): return .failure(problem)
            case .success:
                return stored.popFirst()
                    ?? .failure(Problem(.badRequest, .groupRefused, "another request of the same batch was refused"))
            }
        }
    }

    private func submit(_ submissions: [TaskSubmission], _ groups: BatchGroups) async throws -> [ItemResult] {
        switch groups {
        case .together: return try await intake.submit(submissions).map { $0.result() }
        case .apart:
            let results = await intake.submitEach(submissions)
            // What befell all of them, such as a database that is away, is the answer to the request.
            let outcomes = results.compactMap { try? $0.get() }
            if outcomes.isEmpty, case .failure(let error)? = results.first { throw error }
            return results.map { result in
                switch result {
                case .success(let outcome): outcome.result()
                case .failure(let error): .failure(Problem(error))
                }
            }
        }
    }

    /// The first item that is refused for its own sake.
    private static func cause(in results: [ItemResult]) -> (index: Int, problem: Problem)? {
        for (index, result) in results.enumerated() {
            if case .failure(let problem) = result, problem.code != .groupRefused { return (index, problem) }
        }
        return nil
    }

    /// The answer when nothing was stored: the status is that of the cause.
    private static func refusal(_ cause: (index: Int, problem: Problem), _ results: [ItemResult]) -> Problem {
        Problem(
            cause.problem.status, .batchRefused,
            "nothing was stored, because of item \(cause.index): \(cause.problem.detail)",
            hint: "correct it, or send ?partial=true to store the others"
        ).with("results", .array(results.map { json($0, causeOfOthers: cause.problem.status) }))
    }

    private static func response(_ results: [ItemResult], _ type: BodyType, status: HTTPResponse.Status) -> Response {
        let list = results.map { json($0, causeOfOthers: .badRequest) }
        switch type {
        case .json: return .json(.array(list), status: status)
        case .lines:
            return .bytes(list.flatMap { $0.bytes + [0x0A] }, type: "application/x-ndjson", status: status)
        }
    }

    /// One item's result: `{status, id}`, or a problem.
    private static func json(_ result: ItemResult, causeOfOthers: HTTPResponse.Status) -> JSON {
        switch result {
        case .success(let task): return ["status": JSON(task.isNew ? 201 : 200), "id": JSON(task.id)]
        case .failure(var problem):
            if problem.code == .groupRefused { problem.status = causeOfOthers }
            return problem.json
        }
    }
}
