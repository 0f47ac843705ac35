import CairnModel
import CairnWorker
import Testing

@Suite struct SmallHandlerTests {
    @Test func `echo gives its input`() async throws {
        #expect(try await run(EchoHandler(), input: ["a": 1.50]) == ["a": 1.50])
    }

    @Test func `sleep sleeps, and gives its input`() async throws {
        let start = ContinuousClock.now
        #expect(try await run(SleepHandler(), config: ["for": "50ms"], input: [1]) == [1])
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test func `sleep ends when cancelled`() async throws {
        let task = Task { try await run(SleepHandler(), config: ["for": "1h"]) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(arguments: [JSON.null, 5, "soon", "-1s"]) func `sleep needs a duration`(_ value: JSON) async throws {
        let failure = try await failure(SleepHandler(), config: ["for": value])
        #expect(failure.code == "config_invalid")
        #expect(failure.kind == .permanent)
    }

    @Test func `mapped input overlays the config, other input does not`() async throws {
        let mapped = try await run(
            SleepHandler(), config: ["for": "1h"], input: ["for": "1ms"], mapsInput: true, within: .seconds(5))
        #expect(mapped == ["for": "1ms"])
        let task = Task { try await run(SleepHandler(), config: ["for": "1ms"], input: ["for": "1h"]) }
        #expect(try await task.value == ["for": "1h"])
    }

    @Test func `fail fails the first attempts`() async throws {
        let config: JSON = ["attempts": 2, "message": "no luck"]
        for attempt in 1...2 {
            let failure = try await failure(FailHandler(), config: config, attempt: attempt)
            #expect(failure.kind == .retryable)
            #expect(failure.message == "no luck")
        }
        #expect(try await run(FailHandler(), config: config, input: ["x": 1], attempt: 3) == ["x": 1])
    }

    @Test func `fail fails for good when asked`() async throws {
        #expect(try await failure(FailHandler(), config: ["kind": "permanent"]).kind == .permanent)
        #expect(try await failure(FailHandler(), config: ["kind": "odd"]).code == "config_invalid")
    }
}
