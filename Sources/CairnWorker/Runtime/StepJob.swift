import CairnStore
import Logging
import Postgres

/// Everything a handler needs to run a claimed step.
struct StepJob: Sendable {
    let claimed: ClaimedStep
    let step: WorkerTemplateStep

    /// The handler's input: the mapped input, or a document of the context, the results and, when there are any, the
    /// errors, composed without reading them.
    var input: [UInt8] {
        if let input = claimed.input { return input.bytes }
        let context = claimed.context?.bytes ?? StepDocument.emptyObject.bytes
        var bytes: [UInt8] = []
        bytes.reserveCapacity(context.count + claimed.results.bytes.count + claimed.errors.bytes.count + 35)
        bytes += "{\"context\":".utf8
        bytes += context
        bytes += ",\"results\":".utf8
        bytes += claimed.results.bytes
        if claimed.errors.bytes != StepDocument.emptyObject.bytes {
            bytes += ",\"errors\":".utf8
            bytes += claimed.errors.bytes
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// How many bytes of documents the handler is given.
    var byteCount: Int {
        let own = claimed.input ?? claimed.context
        return (own?.bytes.count ?? 0) + claimed.results.bytes.count + claimed.errors.bytes.count
    }

    func context(logger: Logger, timeout: Duration) -> StepContext {
        var logger = logger
        logger[metadataKey: WorkerLog.taskID] = "\(claimed.taskID)"
        logger[metadataKey: WorkerLog.stepName] = "\(step.name)"
        logger[metadataKey: WorkerLog.attempt] = "\(claimed.attempt)"
        return StepContext(
            taskID: claimed.taskID, stepName: step.name, stepNo: Int(claimed.stepNo), attempt: Int(claimed.attempt),
            maxAttempts: claimed.maxAttempts.map { Int($0) } ?? Int(step.maxAttempts), namespace: step.namespace,
            templateName: step.templateName, templateVersion: step.templateVersion,
            results: StepDocument(bytes: claimed.results.bytes), errors: StepDocument(bytes: claimed.errors.bytes),
            headers: StepDocument(bytes: claimed.headers.bytes), correlationID: claimed.correlationID,
            config: StepDocument(bytes: step.config.bytes), mapsInput: step.hasInput, deadline: .now + timeout,
            logger: logger)
    }
}
