import CairnModel
import CairnWorker
import Testing

/// Runs a handler without a worker.
func run(
    _ handler: any RawStepHandler, config: JSON = [:], input: JSON = [:], mapsInput: Bool = false, attempt: Int = 1,
    within limit: Duration = .seconds(30)
) async throws -> JSON {
    let context = StepContext(
        taskID: 42, stepName: "step", attempt: attempt, maxAttempts: 3, config: StepDocument(bytes: config.bytes),
        mapsInput: mapsInput, deadline: .now + limit)
    return try JSON.parse(try await handler.run(json: input.bytes, context: context))
}

/// The failure of a handler that is expected to fail.
func failure(
    _ handler: any RawStepHandler, config: JSON = [:], input: JSON = [:], mapsInput: Bool = false, attempt: Int = 1,
    within limit: Duration = .seconds(30)
) async throws -> StepFailure {
    try #require(
        await #expect(throws: StepFailure.self) {
            try await run(handler, config: config, input: input, mapsInput: mapsInput, attempt: attempt, within: limit)
        })
}
