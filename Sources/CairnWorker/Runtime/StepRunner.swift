import CairnModel
import CairnStore
import Logging
import Postgres

/// Runs a handler once and makes an outcome of whatever it does.
struct StepRunner: Sendable {
    let handlers: HandlerRegistry
    let maxResultBytes: Int
    let logger: Logger

    /// How large a document may be that is handled in place.
    private static let largestInPlace = 64 * 1024

    /// Whether the handler of this step ends in no time, and may run on a thread that must not be held up.
    func runsInPlace(_ job: StepJob) -> Bool {
        handlers[job.step.handler] is any ImmediateHandler && job.byteCount <= Self.largestInPlace
    }

    func run(_ job: StepJob, timeout: Duration) async -> StepOutcome {
        let outcome = await attempt(job, timeout: timeout)
        if case .failed(let failure) = outcome {
            // Not what it says, which may quote data; that is stored with the attempt.
            job.context(logger: logger, timeout: timeout).logger.info(
                "a step failed",
                metadata: [WorkerLog.errorCode: "\(failure.code)", WorkerLog.errorKind: "\(failure.kind)"])
        }
        return outcome
    }

    private func attempt(_ job: StepJob, timeout: Duration) async -> StepOutcome {
        guard let handler = handlers[job.step.handler] else {
            return .failed(
                .retryable("this worker has no handler \"\(job.step.handler)\"", code: StepErrorCode.handlerUnknown))
        }
        guard job.claimed.isReadable else {
            let reason = job.claimed.input.flatMap { try? JSON.parse($0.bytes).stringValue } ?? "unknown"
            return .failed(
                .permanent("the step's input cannot be made: \(reason)", code: StepErrorCode.inputInvalid))
        }
        let context = job.context(logger: logger, timeout: timeout)
        do {
            return outcome(ofResult: try await handler.run(json: job.input, context: context), of: job.step.handler)
        } catch let failure as StepFailure {
            return .failed(failure)
        } catch {
            context.logger.debug("a handler failed", metadata: [WorkerLog.errorType: "\(type(of: error))"])
            return .failed(.retryable("\(error)", code: StepErrorCode.handlerError))
        }
    }

    /// A result must be JSON that the database can hold, and not too large.
    private func outcome(ofResult bytes: [UInt8], of handler: String) -> StepOutcome {
        if bytes.count > maxResultBytes {
            return .failed(
                .permanent(
                    "the result of \(handler) has \(bytes.count) bytes; this worker allows \(maxResultBytes)",
                    code: StepErrorCode.resultTooLarge))
        }
        do {
            try JSON.validate(bytes, limits: JSONLimits(maxBytes: maxResultBytes))
            return .succeeded(bytes)
        } catch {
            return .failed(
                .permanent(
                    "the result of \(handler) is not JSON that can be stored: \(error)",
                    code: StepErrorCode.resultInvalid))
        }
    }
}
