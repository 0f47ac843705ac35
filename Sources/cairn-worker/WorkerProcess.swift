import CairnWorker
import Logging
import ServiceLifecycle
import UnixSignals

/// The worker as a process: SIGTERM and Ctrl-C drain; the second of them cancels what runs.
struct WorkerProcess {
    let worker: Worker
    let logger: Logger

    func run() async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: worker, successTerminationBehavior: .gracefullyShutdownGroup)
                ], logger: logger))
        // The signals before the group, so that none is missed.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                var isFirst = true
                for await _ in signals {
                    if isFirst {
                        logger.notice("stopping; Ctrl-C or SIGTERM again cancels what runs and leaves at once")
                        await group.triggerGracefulShutdown()
                    } else {
                        logger.notice("stopping at once: what runs is cancelled")
                        worker.stopNow()
                    }
                    isFirst = false
                }
                try await Task.sleep(for: .seconds(86_400 * 365))
            }
            try await tasks.next()
            tasks.cancelAll()
        }
    }
}
