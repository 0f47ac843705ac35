/// The codes of failures that the worker itself reports.
package enum StepErrorCode {
    /// A handler threw an error that is no ``StepFailure``.
    package static let handlerError = "handler_error"
    /// The input does not decode.
    package static let inputInvalid = "input_invalid"
    /// The step's `config`, or what its input overlays it with, is wrong.
    package static let configInvalid = "config_invalid"
    /// The result is no JSON that the database can hold.
    package static let resultInvalid = "result_invalid"
    /// The result is larger than the worker allows.
    package static let resultTooLarge = "result_too_large"
    /// The step ran for longer than its timeout.
    package static let timedOut = "timed_out"
    /// The worker stopped before the handler had finished.
    package static let workerShutdown = "worker_shutdown"
    /// The worker has no such handler, though it claimed the step.
    package static let handlerUnknown = "handler_unknown"
    /// `cairn.http`: an answer that is no success.
    package static let httpStatus = "http_status"
    /// `cairn.http`: no answer.
    package static let httpUnreachable = "http_unreachable"
    /// `cairn.http`: an answer that cannot be a result.
    package static let httpBody = "http_body"
    /// `cairn.process`: the worker does not allow this program.
    package static let processRefused = "process_refused"
    /// `cairn.process`: the program could not be started.
    package static let processNotStarted = "process_not_started"
    /// `cairn.process`: the program exited with a status that is no success.
    package static let processExit = "process_exit"
    /// `cairn.process`: a signal ended the program.
    package static let processSignal = "process_signal"
}
