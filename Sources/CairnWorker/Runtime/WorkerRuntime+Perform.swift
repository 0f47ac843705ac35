import CairnStore
import Logging
import Postgres

/// What the loop says, done.
///
/// Calls to the database are tasks on the thread that reads the answers (decision 0014), as the runtime is. Handlers are not:
/// they may block or compute as they like, and nothing but other handlers waits for them.
extension WorkerRuntime {
    mutating func perform(_ action: LoopAction) {
        let (inbox, calls, registration) = (inbox, calls, registration)
        switch action {
        case .register:
            call = database {
                inbox.post(.registered(await catching { try await calls.store.registerWorker(registration) }))
            }
        case .exchange(let request):
            call = database { inbox.post(.exchanged(await catching { try await calls.exchange(request) })) }
        case .audit(let workerID):
            call = database { inbox.post(.audited(await catching { try await calls.held(by: workerID) })) }
        case .deregister(let workerID):
            call = database {
                inbox.post(.deregistered(await catching { try await calls.store.deregisterWorker(workerID) }))
            }
        case .abandonCall: call?.cancel()
        case .heartbeat(let workerID, let draining, let running, let reporting):
            beat(workerID: workerID, draining: draining, running: running, reporting: reporting)
        case .start(let id, let job, let timeout): start(id, job, timeout: timeout)
        case .gather: isGathering = true
        case .cancel(let id): handlers[id]?.cancel()
        case .say(let notice): say(notice)
        }
    }

    private func database(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: PostgresThread.executor, operation: work)
    }

    private mutating func start(_ id: RunID, _ job: StepJob, timeout: Duration) {
        let (inbox, runner) = (inbox, runner)
        let run = HandlerRun { inbox.post(.ended(id, await runner.run(job, timeout: timeout)), canWait: true) }
        handlers[id] = run
        if runner.runsInPlace(job) { run.begin(on: PostgresThread.executor) } else { starting.append(run) }
    }

    /// Begins the handlers that are to begin, on threads that are not this one.
    ///
    /// Where there are several, one task begins them all, for to wake those threads for each costs more than many a handler
    /// does. That task is also the one that finds out when all of them have had their turn: it goes to the end of their queue.
    mutating func beginHandlers() {
        defer {
            starting.removeAll()
            isGathering = false
        }
        guard isGathering else {
            for run in starting { run.begin() }
            return
        }
        let (inbox, starting) = (inbox, starting)
        gathering = Task(executorPreference: starting.isEmpty ? PostgresThread.executor : nil) {
            for run in starting { run.begin() }
            await Task.yield()
            inbox.post(.gathered)
        }
    }

    private mutating func beat(
        workerID: Int64, draining: Bool, running: [AttemptKey], reporting: [AttemptKey]
    ) {
        let (inbox, store, sentAt, logger) = (inbox, calls.store, now, logger)
        heartbeat = database {
            do {
                let reply = try await store.heartbeat(
                    workerID: workerID, draining: draining, running: running, reporting: reporting)
                inbox.post(.beat(reply, workerID: workerID, sentAt: sentAt))
            } catch {
                logger.debug("the worker could not report itself: \(error)")
                inbox.post(.beat(nil, workerID: workerID, sentAt: sentAt))
            }
        }
    }
}

/// What a call gave or threw.
private func catching<Value>(_ call: () async throws -> Value) async -> Result<Value, any Error> {
    do { return .success(try await call()) } catch { return .failure(error) }
}
