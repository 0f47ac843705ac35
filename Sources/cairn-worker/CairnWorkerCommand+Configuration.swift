import ArgumentParser
import CairnModel
import CairnWorker
import Foundation

extension CairnWorkerCommand {
    /// The arguments and the environment as a configuration.
    func workerConfiguration() throws -> WorkerConfiguration {
        guard let url = databaseURL ?? ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty else {
            throw ValidationError("there is no database\nGive --database-url, or set DATABASE_URL")
        }
        guard !namespaces.isEmpty else {
            throw ValidationError("there is no namespace\nGive --namespace, once or more")
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
