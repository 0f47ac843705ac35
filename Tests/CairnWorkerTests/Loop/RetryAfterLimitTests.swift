import CairnStore
import Testing

@testable import CairnWorker

/// What a handler may ask for.
@Suite struct RetryAfterLimitTests {
    @Test(
        arguments: [
            (Duration.seconds(-5), 0), (.seconds(90), 90_000), (.seconds(86_400), 86_400_000),
            (.seconds(Int64.max), 86_400_000),
        ] as [(Duration, Int64)]) func `a wait is from nothing to a day`(_ asked: Duration, _ sent: Int64) throws
    {
        var driver = LoopDriver.live()
        driver.answer([1])
        let actions = driver.end(0, .failed(.retryable("busy", retryAfter: asked)))
        #expect(try #require(actions.exchanges.first).settlements.map(\.retryAfterMilliseconds) == [sent])
    }
}
