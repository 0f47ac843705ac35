import Synchronization

/// One run of a handler: a task that is begun on whatever thread there is, and can be cancelled from the start.
final class HandlerRun: Sendable {
    private enum State {
        case waiting
        case cancelled
        case running(Task<Void, Never>)
    }

    private let state = Mutex(State.waiting)
    private let body: @Sendable () async -> Void

    init(_ body: @escaping @Sendable () async -> Void) { self.body = body }

    /// Begins the task, on the caller's threads or those of `executor`.
    func begin(on executor: (any TaskExecutor)? = nil) {
        let body = body
        state.withLock { state in
            let task = Task(executorPreference: executor, operation: body)
            if case .cancelled = state { task.cancel() }
            state = .running(task)
        }
    }

    /// Cancels the task, now or as soon as it begins.
    func cancel() {
        state.withLock { state in
            if case .running(let task) = state { task.cancel() } else { state = .cancelled }
        }
    }
}
