import CairnClient
import CairnModel
import Foundation

/// What there is to say about a step besides its state and how long it took.
struct StepNote {
    /// The steps of the task by name, to tell what a step waits for.
    private let states: [String: StepState?]
    private let now: Date

    init(_ steps: [StepObject], now: Date) {
        states = Dictionary(steps.map { ($0.name, $0.state) }) { first, _ in first }
        self.now = now
    }

    /// The note, such as `attempt 2/3 · worker 7`.
    func spans(_ step: StepObject) -> [Span] {
        var parts: [Span] = []
        if step.attempt > 1 || step.state == .waitingForRetry || step.state == .error, step.attempt > 0 {
            parts.append(Span("attempt \(step.attempt)/\(step.maxAttempts)", .yellow))
        }
        switch step.state {
        case .pending:
            let waiting = step.dependsOn.filter { states[$0]??.satisfiesDependents != true }
            if !waiting.isEmpty { parts.append(Span("after \(waiting.joined(separator: ", "))", .dim)) }
        case .enqueued:
            if let due = step.runAt?.date, due > now {
                parts.append(Span("due \(Times.ago(step.runAt, now: now))", .dim))
            }
            parts.append(Span("waits for a worker", .dim))
        case .inProgress:
            if let worker = step.worker { parts.append(Span("worker \(worker)", .dim)) }
        case .waitingForRetry:
            parts.append(Span("again \(Times.ago(step.runAt, now: now))", .yellow))
        default: break
        }
        if step.state == .waitingForRetry || step.state == .error, let message = step.errorMessage {
            parts.append(Span(message, step.state == .error ? .red : .yellow))
        }
        return Array(parts.map { [$0] }.joined(separator: [Span(" · ", .dim)]))
    }
}
