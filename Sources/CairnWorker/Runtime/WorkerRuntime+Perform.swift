import CairnStore
import Logging

/// What the loop says, done.
extension WorkerRuntime {
    mutating func perform(_ action: LoopAction) {
        let (inbox, calls, registration) = (inbox, calls, registration)
        switch action {
        case .register:
            call = Task {
                inbox.post(.registered(await catching { try await calls.store.registerWorker(registration) }))
            }
        case .exchange(let request):
            call = Task { inbox.post(.exchanged(await catching { try await calls.exchange(request) })) }
        case .audit(let workerID):
            call = Task { inbox.post(.audited(await catching { try await calls.held(by: workerID) })) }
        case .deregister(let workerID):
            call = Task {
                inbox.post(.deregistered(await catching { try await calls.store.deregisterWorker(workerID) }))
            }
        case .abandonCall: call?.cancel()
        case .heartbeat(let workerID, let draining, let running, let reporting):
            beat(workerID: workerID, draining: draining, running: running, reporting: reporting)
        case .start(let id, let job, let timeout):
            let runner = runner
            handlers[id] = Task { inbox.post(.ended(id, await runner.run(job, timeout: timeout))) }
        case .cancel(let id): handlers[id]?.cancel()
        case .say(let notice): say(notice)
        }
    }

    private mutating func beat(
        workerID: Int64, draining: Bool, running: [AttemptKey], reporting: [AttemptKey]
    ) {
        let (inbox, store, sentAt, logger) = (inbox, calls.store, now, logger)
        heartbeat = Task {
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
