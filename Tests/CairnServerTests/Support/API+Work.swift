import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird
import Postgres

/// Who and why, as members of a body.
let annAndWhy = #""by": "ann", "reason": "the provider is back""#

extension API {
    /// Sends JSON with PATCH.
    func patch(_ path: String, _ body: String) async throws -> Answer {
        try await send(.patch, path, body, type: "application/json")
    }

    /// Registers a worker for the namespace of the tests.
    func worker() async throws -> Int64 {
        try await store.registerWorker(
            WorkerRegistration(
                name: "w", host: "h", processID: 1, version: "1", namespaces: ["t"], handlers: ["cairn.echo"],
                concurrency: 100)
        ).id
    }

    /// Claims what is ready.
    func claim(_ worker: Int64) async throws -> [ClaimedStep] {
        try await store.exchange(ExchangeRequest(workerID: worker, want: 1000)).claimed
    }

    /// Reports how steps ended.
    func settle(_ worker: Int64, _ steps: [ClaimedStep], _ outcome: SettleOutcome) async throws {
        let payload = outcome == .succeeded ? #""done""# : #"{"code": "refused", "message": "the provider is down"}"#
        let settlements = steps.map {
            Settlement(
                taskID: $0.taskID, stepNo: $0.stepNo, attempt: $0.attempt, outcome: outcome, payload: JSONB(payload))
        }
        _ = try await store.exchange(ExchangeRequest(workerID: worker, settlements: settlements, want: 0))
    }

    /// Submits a task of two steps, the first of which fails for good; the task is in error then.
    func failedTask(_ worker: Int64, members: String = "") async throws -> Int64 {
        let id = try await submit(members)
        try await settle(worker, try await claim(worker).filter { $0.taskID == id }, .permanent)
        return id
    }

    /// The state of a task.
    func state(of task: Int64) async throws -> String? {
        try await get("/v1/tasks/\(task)").json["state"]?.stringValue
    }

    /// The state of a step.
    func state(of task: Int64, _ step: String) async throws -> String? {
        try await get("/v1/tasks/\(task)/steps/\(step)").json["state"]?.stringValue
    }

    /// The last action of an operator: what, who, why.
    func lastAction() async throws -> [String] {
        let row = try await store.pool.queryFirst(
            "select action, actor, reason from cairn.operator_actions order by id desc limit 1",
            as: (String, String, String).self)
        return row.map { [$0.0, $0.1, $0.2] } ?? []
    }
}
