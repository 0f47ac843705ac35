import CairnModel

/// `cairn.fail`: fails the first `attempts` attempts (1 unless set), then returns the input. For trying out templates.
public struct FailHandler: RawStepHandler {
    /// `cairn.fail`
    public static let name = "cairn.fail"

    /// The handler.
    public init() {}

    /// Fails or echoes, by the number of the attempt.
    public func run(json input: [UInt8], context: StepContext) async throws -> [UInt8] {
        let parameters = try StockParameters(handler: Self.name, input: input, context: context)
        let message = try parameters.string("message") ?? "failed as asked"
        var attempts: Int64 = 1
        if let given = parameters["attempts"] {
            guard let count = given.intValue, count >= 0 else { throw parameters.invalid("attempts", "a whole number") }
            attempts = count
        }
        guard context.attempt <= attempts else { return input }
        switch try parameters.string("kind") ?? "retryable" {
        case "retryable": throw StepFailure.retryable(message)
        case "permanent": throw StepFailure.permanent(message)
        default: throw parameters.invalid("kind", "\"retryable\" or \"permanent\"")
        }
    }
}
