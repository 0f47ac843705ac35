import ArgumentParser
import CairnModel
import CairnWorker
import Foundation

extension CairnWorkerCommand {
    /// The arguments and the environment as a configuration.
    func workerConfiguration() throws -> WorkerConfiguration {
        guard let url = databaseURL ?? ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty else {
            throw ValidationError("There is no database: give --database-url, or set DATABASE_URL.")
        }
        guard !namespaces.isEmpty else {
            throw ValidationError("There is no namespace: give --namespace, once or more.")
        }
        var configuration = WorkerConfiguration(databaseURL: url, namespaces: namespaces)
        configuration.concurrency = concurrency
        configuration.pollOnly = pollOnly
        configuration.drainTimeout = drainTimeout.milliseconds.duration
        configuration.lease = lease.milliseconds.duration
        configuration.name = name
        configuration.allowedProcesses = allowedProcesses
        return configuration
    }
}
