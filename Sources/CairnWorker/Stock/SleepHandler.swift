import CairnModel

/// `cairn.sleep`: waits `for` a while, then returns the input. It holds its slot meanwhile.
public struct SleepHandler: RawStepHandler {
    /// `cairn.sleep`
    public static let name = "cairn.sleep"

    /// The handler.
    public init() {}

    /// Sleeps; ends at once when cancelled.
    public func run(json input: [UInt8], context: StepContext) async throws -> [UInt8] {
        let parameters = try StockParameters(handler: Self.name, input: input, context: context)
        guard let span = try parameters.string("for").flatMap({ Milliseconds($0) }) else {
            throw parameters.invalid("for", "a duration such as \"30s\"")
        }
        try await Task.sleep(for: span.duration)
        return input
    }
}
