import Logging

/// The metadata keys of the worker's log.
enum WorkerLog {
    static let taskID = "task.id"
    static let stepName = "step.name"
    static let attempt = "attempt"
    static let workerID = "worker.id"
    static let errorType = "error.type"
    static let errorCode = "error.code"
    static let errorKind = "error.kind"
}
