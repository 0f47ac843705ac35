/// A handler: code that runs the steps of templates which name it.
///
/// ```swift
/// struct Charge: StepHandler {
///     struct Input: Decodable, Sendable { var customer: String; var cents: Int }
///     struct Output: Encodable, Sendable { var receipt: String }
///
///     static let name = "billing.charge"
///
///     func run(_ input: Input, context: StepContext) async throws -> Output {
///         guard input.cents > 0 else { throw StepFailure.permanent("nothing to charge") }
///         return Output(receipt: try await bank.charge(input.customer, input.cents, key: context.idempotencyKey))
///     }
/// }
/// ```
///
/// A step may run more than once (a crash, a lost lease, a retry), so make its effects idempotent: pass
/// ``StepContext/idempotencyKey`` on to whoever acts. One value of the handler runs all its steps, concurrently.
public protocol StepHandler: RawStepHandler {
    /// What the step's input is decoded to: the mapped input, or `{"context": …, "results": {…}}` when the step maps none
    /// (with `errors` beside them when a dependency has failed).
    associatedtype Input: Decodable & Sendable
    /// What the step's result is encoded from.
    associatedtype Output: Encodable & Sendable

    /// Runs the step once.
    ///
    /// The task is cancelled when the step's timeout has passed, when the worker stops, when it has lost its lease, and
    /// when nobody wants the step any more: its task is being stopped, or an operator has settled the step. In this last
    /// case, whatever the handler returns or throws has no effect.
    ///
    /// - Throws: ``StepFailure`` to say how the step failed. Any other error counts as retryable. Input that does not
    ///   decode never comes here: it is a permanent failure with the code `input_invalid`.
    func run(_ input: Input, context: StepContext) async throws -> Output
}

extension StepHandler {
    /// Decodes, runs, encodes.
    public func run(json input: [UInt8], context: StepContext) async throws -> [UInt8] {
        let decoded: Input
        do {
            decoded = try StepDocument(bytes: input).decode(as: Input.self)
        } catch {
            throw StepFailure.permanent(
                "the input does not fit \(Self.name): \(CodingFault.describe(error))", code: StepErrorCode.inputInvalid)
        }
        let output = try await run(decoded, context: context)
        do {
            return try StepDocument(encoding: output).bytes
        } catch {
            throw StepFailure.permanent(
                "the result of \(Self.name) cannot be JSON: \(CodingFault.describe(error))",
                code: StepErrorCode.resultInvalid)
        }
    }
}
