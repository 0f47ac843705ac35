/// A handler that takes and gives JSON as bytes, for steps that pass documents through.
///
/// Most handlers are a ``StepHandler``, which decodes and encodes. A raw handler sees exactly the bytes that the
/// database gave; `CairnModel.JSON.parse` reads them without losing a digit.
public protocol RawStepHandler: Sendable {
    /// The name that templates call it by, such as `billing.charge`. `cairn.` belongs to the stock handlers.
    static var name: String { get }

    /// Runs the step once. What it returns becomes the step's result: it must be JSON in UTF-8.
    ///
    /// The task is cancelled when the step's timeout has passed, when the worker stops, and when it has lost its
    /// lease: the step then runs again elsewhere, so stop soon.
    ///
    /// - Throws: ``StepFailure`` to say how the step failed. Any other error counts as retryable.
    func run(json input: [UInt8], context: StepContext) async throws -> [UInt8]
}
