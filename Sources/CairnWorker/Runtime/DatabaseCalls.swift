import CairnStore
import Logging
import Postgres

/// The calls of a worker to its database.
struct DatabaseCalls: Sendable {
    let store: Store
    let templates = TemplateCache()
    let logger: Logger

    /// Exchanges, and fetches the templates that the claims need and nobody has seen yet. Claims whose template cannot
    /// be fetched now come without a job, and are handed back.
    func exchange(_ request: ExchangeRequest) async throws -> ExchangeAnswer {
        let reply = try await store.exchange(request)
        do {
            try await templates.load(reply.claimed.map(\.templateID)) {
                try await store.workerTemplate(workerID: request.workerID, templateID: $0)
            }
        } catch {
            logger.warning("the template of a claimed step cannot be read; the step is handed back: \(error)")
        }
        return ExchangeAnswer(
            claims: reply.claimed.map(claim), refused: reply.refused.count,
            locked: Set(reply.locked), isGone: reply.isGone)
    }

    private func claim(_ step: ClaimedStep) -> Claim {
        let template = templates[step.templateID, step.stepNo]
        return Claim(
            taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt, namespaceID: step.namespaceID,
            rank: step.rank, timeout: .milliseconds(template?.timeoutMilliseconds ?? 0),
            job: template.map { StepJob(claimed: step, step: $0) })
    }

    /// The steps that the database believes the worker to hold.
    func held(by workerID: Int64) async throws -> [AttemptKey] {
        try await store.heldSteps(workerID: workerID)
    }
}
