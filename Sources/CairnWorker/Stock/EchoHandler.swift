/// `cairn.echo`: the result is the input.
public struct EchoHandler: RawStepHandler, ImmediateHandler {
    /// `cairn.echo`
    public static let name = "cairn.echo"

    /// The handler.
    public init() {}

    /// Returns the input.
    public func run(json input: [UInt8], context: StepContext) async throws -> [UInt8] { input }
}
