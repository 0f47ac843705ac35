import CairnClient
import CairnModel
import Foundation
import TestSupport

/// Submits and cancels over HTTP, as a client does that wants each of its requests done: again, at the other server,
/// until one of them answers.
struct Workload: Sendable {
    let servers: [URL]
    let ledger: Ledger
    let receiver: HookReceiver

    /// Submits one task, of which every second has a hook; it is in the ledger when this returns.
    @discardableResult
    func submit(_ flow: Flow, number: Int) async throws -> Int64 {
        try await submit(flow, key: "\(flow.name)-\(number)", first: number)
    }

    private func submit(_ flow: Flow, key: String, first: Int) async throws -> Int64 {
        var submission = Submission(namespace: "chaos", template: flow.name)
        submission.idempotencyKey = key
        submission.onDuplicate = "return"
        submission.callbackURL = first.isMultiple(of: 2) ? receiver.url : nil
        let task = try await insistently("submit \(key)", first: first) {
            [submission] client throws(CairnClientError) in
            try await client.submit(submission)
        }
        ledger.submitted(flow, key: key, taskID: task.id, hasHook: submission.callbackURL != nil)
        return task.id
    }

    /// Submits a task at this server first, and at the others when it does not answer.
    func probe(server: Int) async throws {
        let flow = Flow.all[0]
        _ = try await submit(flow, key: "probe-\(UUID().uuidString)", first: server)
    }

    /// Cancels a task that may have ended by now.
    func cancel(_ taskID: Int64) async throws {
        ledger.cancelled(taskID, .asked)
        do {
            _ = try await insistently("cancel \(taskID)", first: Int(taskID)) { client throws(CairnClientError) in
                try await client.cancel(taskID, WhoAndWhy(by: "chaos", reason: "part of the suite"))
            }
            ledger.cancelled(taskID, .acknowledged)
        } catch let error as CairnClientError where error.status == 409 {
            // It had ended before, by itself or by a cancel whose answer was lost.
        }
    }

    /// Asks one server after the other until one answers; a refusal is an answer.
    private func insistently<Answer: Sendable>(
        _ what: String, first: Int, _ ask: (CairnClient) async throws(CairnClientError) -> Answer
    ) async throws -> Answer {
        var turn = first - 1
        return try await eventually("\(what) is answered", within: .seconds(120)) {
            turn += 1
            do throws(CairnClientError) {
                return try await ask(CairnClient(baseURL: servers[turn % servers.count]))
            } catch {
                guard error.status.map({ $0 < 500 }) ?? false else { return nil }
                throw error
            }
        }
    }
}
