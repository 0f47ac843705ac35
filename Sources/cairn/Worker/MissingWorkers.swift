import CairnClient
import CairnModel
import Foundation

/// Why steps that are ready do not begin: there is no live worker that could run them.
struct MissingWorkers: Equatable {
    /// What is missing and what to do about it: one line for the namespace, or one for each handler.
    private(set) var lines: [String] = []

    /// Nothing is missing, or nothing is known.
    init() {}

    /// Compares what is ready with who is there.
    init(_ task: TaskObject, workers: [WorkerObject], now: Date) {
        let ready = Self.ready(task, now: now)
        // The server lists a thousand workers at most: with so many, one that is not listed may be there.
        guard !ready.isEmpty, workers.count < 1000 else { return }
        let serving = workers.filter { $0.state == "live" && $0.namespaces.contains(task.namespace) }
        guard !serving.isEmpty else {
            lines = [
                "no live worker serves namespace \(task.namespace); "
                    + "start one: cairn-worker --database-url URL --namespace \(task.namespace)"
            ]
            return
        }
        let known = Set(serving.flatMap(\.handlers))
        let waiting = Dictionary(grouping: ready.filter { !known.contains($0.handler ?? "") }) { $0.handler ?? "" }
        lines = waiting.sorted { $0.key < $1.key }.map { handler, steps in
            let who = steps.count == 1 ? "step \(steps[0].name) waits" : "\(steps.count) steps wait"
            return "no live worker has handler \(handler), for which \(who); "
                + "start one that has it, for namespace \(task.namespace)"
        }
    }

    /// The steps that wait for nothing but a worker.
    static func ready(_ task: TaskObject, now: Date) -> [StepObject] {
        task.steps.filter { step in
            step.state == .enqueued && step.handler != nil && step.runAt?.date.map { $0 <= now } ?? true
        }
    }
}

extension CairnClient {
    /// Looks for the workers that a task's ready steps wait for. A server that does not say is no failure here.
    func missingWorkers(for task: TaskObject, now: Date = Date()) async -> MissingWorkers {
        guard !MissingWorkers.ready(task, now: now).isEmpty, let workers = try? await workers() else {
            return MissingWorkers()
        }
        return MissingWorkers(task, workers: workers, now: now)
    }
}
