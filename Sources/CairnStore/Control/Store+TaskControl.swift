package import Postgres

/// What became of a task that was to be cancelled.
package struct Cancellation: Sendable {
    /// `cancelled`; `cancelling` while steps of it still run; `already_cancelling` when that was so before.
    package let outcome: String
    /// The task, as it is now.
    package let task: JSONText
}

extension Store {
    /// Cancels a task.
    package func cancelTask(_ id: Int64, _ action: OperatorAction) async throws -> Cancellation {
        let results = try await acting(
            action, on: "task \(id)", "select cairn.cancel_task(\(id), \(action.by), \(action.reason))",
            Self.look(at: id))
        return Cancellation(outcome: try results.value(0), task: try results.value(1))
    }

    /// Gives the failed steps of a task new attempts; returns how many, and the task.
    package func retryTask(_ id: Int64, _ action: OperatorAction) async throws -> (steps: Int32, task: JSONText) {
        let results = try await acting(
            action, on: "task \(id)", "select cairn.retry_task(\(id), \(action.by), \(action.reason))",
            Self.look(at: id))
        return (try results.value(0), try results.value(1))
    }

    /// Ends a task as dealt with by other means; returns the task.
    package func resolveTask(_ id: Int64, _ action: OperatorAction) async throws -> JSONText {
        try await acting(
            action, on: "task \(id)", "select cairn.resolve_task(\(id), \(action.by), \(action.reason))",
            Self.look(at: id)
        ).value(1)
    }

    /// Changes the priority of what a task has not started yet; returns the task.
    package func setPriority(_ id: Int64, to priority: Int32, _ action: OperatorAction) async throws -> JSONText {
        try await acting(
            action, on: "task \(id)",
            "select cairn.set_task_priority(\(id), \(priority), \(action.by), \(action.reason))",
            Self.look(at: id)
        ).value(1)
    }

    /// Why a task, or one of its steps, does not go on.
    package func explain(_ id: Int64, step: String?) async throws -> JSONText {
        try await only("select cairn.explain_json(\(id), \(step))")
    }

    private static func look(at task: Int64) -> PostgresQuery { "select cairn.task_json(\(task))" }
}

/// What an operator does to one step.
package enum StepAction: Sendable {
    /// Gives a failed step new attempts.
    case resetForRetry
    /// Takes it as dealt with by other means.
    case resolveManually
    /// Completes it with this result.
    case completeManually(result: JSONB?)
    /// Runs it again although it has ended; with `downstream` also what depends on it.
    case rerun(downstream: Bool)
}

extension Store {
    /// A step with all its attempts.
    package func step(_ task: Int64, _ name: String) async throws -> JSONText {
        try await only("select cairn.step_json(\(task), \(name))")
    }

    /// Does something to a step; returns the step.
    package func change(
        step name: String, of task: Int64, _ change: StepAction, _ action: OperatorAction
    ) async throws -> JSONText {
        let (by, reason) = (action.by, action.reason)
        let statement: PostgresQuery =
            switch change {
            case .resetForRetry: "select cairn.reset_step(\(task), \(name), \(by), \(reason))"
            case .resolveManually: "select cairn.resolve_step(\(task), \(name), \(by), \(reason))"
            case .completeManually(let result):
                "select cairn.complete_step(\(task), \(name), \(result), \(by), \(reason))"
            case .rerun(let downstream):
                "select cairn.rerun_step(\(task), \(name), \(by), \(reason), \(downstream))"
            }
        return try await acting(
            action, on: "task \(task)", statement, "select cairn.step_json(\(task), \(name))"
        ).value(1)
    }
}
