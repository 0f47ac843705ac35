import CairnModel

/// `cairn.process`: runs a program that the worker allows. See docs/handlers.md.
public struct ProcessHandler: RawStepHandler {
    /// `cairn.process`
    public static let name = "cairn.process"

    let allowed: ProcessAllowList
    let maxOutputBytes: Int

    /// A handler that runs these programs, and takes so many bytes of output as a result.
    public init(allowed: ProcessAllowList, maxOutputBytes: Int = 1024 * 1024) {
        self.allowed = allowed
        self.maxOutputBytes = maxOutputBytes
    }

    /// Runs the program with the input on its standard input; its standard output is the result.
    public func run(json input: [UInt8], context: StepContext) async throws -> [UInt8] {
        let specification = try ProcessSpecification(context: context, allowed: allowed)
        let ending = try await ProcessRun(
            specification: specification, input: input, maxOutputBytes: maxOutputBytes, logger: context.logger
        ).run()
        return try ending.result(of: specification.argv[0], maxOutputBytes: maxOutputBytes)
    }
}
