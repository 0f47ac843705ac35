import CairnStore
import Testing

@testable import CairnWorker

/// Attempts that are not wanted any more.
@Suite struct UnwantedTests {
    private static let key = AttemptKey(taskID: 1, stepNo: 1, attempt: 1)

    /// A loop that runs tasks 1 and 2, of which the first is not wanted any more.
    private func stopped(drain: Duration = .seconds(30), timeout: Duration = .seconds(60)) -> LoopDriver {
        var driver = LoopDriver.live(concurrency: 2, drain: drain)
        driver.answer([1, 2], timeout: timeout)
        driver.advance(.seconds(3))
        driver.beat(.live, unwanted: [Self.key])
        return driver
    }

    @Test func `a report names the attempts whose outcome is awaited`() {
        var driver = LoopDriver.live()
        driver.answer([1, 2, 3])
        driver.answer()
        driver.end(1)
        #expect(driver.advance(.seconds(3)).reported == [[1, 3]])
        driver.answer()
        driver.beat(.live, unwanted: [Self.key])
        #expect(driver.advance(.seconds(3)).reported == [[3]])
    }

    @Test func `the handler of an unwanted attempt is cancelled, once, with one line`() {
        var driver = stopped()
        #expect(driver.actions.cancels == [0])
        #expect(driver.actions.notices.contains(.stopped(Self.key, step: "a")))
        driver.advance(.seconds(3))
        let again = driver.beat(.live, unwanted: [Self.key])
        #expect(again.cancels.isEmpty && again.notices.isEmpty)
        #expect(driver.actions.exchanges.allSatisfy { $0.settlements.isEmpty })
    }

    @Test(arguments: [
        StepOutcome.succeeded([49]), .failed(.permanent("no")), .failed(.retryable("interrupted")),
    ]) func `whatever its handler makes of it is released`(_ outcome: StepOutcome) throws {
        var driver = stopped()
        let settlements = try #require(driver.end(0, outcome).exchanges.first).settlements
        #expect(settlements.map(\.outcome) == [.released])
        #expect(settlements.map(\.taskID) == [1])
        #expect(settlements.allSatisfy { $0.payload == nil })
        driver.answer(refused: 1)
        #expect(driver.end(1).exchanges.first?.settlements.map(\.outcome) == [.succeeded])
    }

    @Test func `an attempt that has ended in the meantime keeps its outcome, and one that nobody knows is nothing`() {
        var driver = LoopDriver.live()
        driver.answer([1, 2])
        driver.advance(.seconds(3))
        driver.loop.ended(RunID(number: 0), .succeeded([49]), now: driver.now)
        let unknown = AttemptKey(taskID: 9, stepNo: 1, attempt: 1)
        let other = AttemptKey(taskID: 2, stepNo: 1, attempt: 2)
        let actions = driver.beat(.live, unwanted: [Self.key, unknown, other])
        #expect(actions.cancels.isEmpty && actions.notices.isEmpty)
        driver.answer()
        #expect(driver.actions.exchanges.last?.settlements.map(\.outcome) == [.succeeded])
    }

    @Test func `one that ignores its cancellation is released when its time is up`() {
        var driver = stopped(timeout: .seconds(5))
        let settled = driver.advance(.seconds(2)).exchanges.flatMap(\.settlements)
        #expect(settled.map { "\($0.taskID) \($0.outcome)" }.sorted() == ["1 released", "2 timedOut"])
        driver.answer()
        #expect(driver.end(0).exchanges.allSatisfy { $0.settlements.isEmpty })
    }

    @Test func `one that ignores its cancellation is released when the worker leaves`() {
        var driver = stopped(drain: .seconds(10))
        driver.loop.beginDrain(atOnce: true, now: driver.now)
        #expect(driver.step().notices.contains(.drainTimedOut(running: 1)))
        driver.beat(.draining)
        driver.advance(.seconds(3))
        driver.beat(.draining)
        let settled = driver.advance(.seconds(3)).exchanges.flatMap(\.settlements)
        #expect(settled.map { "\($0.taskID) \($0.outcome)" } == ["1 released", "2 retryable"])
    }

    @Test func `asked to, the worker reports itself at once`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.answer()
        driver.loop.reportAtOnce()
        #expect(driver.loop.due == .zero)
        #expect(driver.step().reported == [[1]])
        driver.beat(.live)
        #expect(driver.step().reported.isEmpty)
        #expect(driver.loop.due != .zero)
    }

    @Test func `asked while a report is on its way, it sends another`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.answer()
        #expect(driver.advance(.seconds(3)).beats.count == 1)
        driver.loop.reportAtOnce()
        #expect(driver.step().beats.isEmpty)
        #expect(driver.beat(.live).beats.count == 1)
        #expect(driver.beat(.live).beats.isEmpty)
    }

    @Test func `asked while a report fails, it does not report without a pause`() {
        var driver = LoopDriver.live()
        driver.answer()
        driver.answer()
        driver.advance(.seconds(3))
        driver.loop.reportAtOnce()
        #expect(driver.beat(nil).beats.count == 1)
        #expect(driver.beat(nil).beats.isEmpty)
        #expect(driver.advance(.milliseconds(500)).beats.count == 1)
    }

    @Test func `asked while a claim is on its way, it reports once more with what the claim brings`() {
        var driver = LoopDriver.live()
        driver.loop.reportAtOnce()
        #expect(driver.step().reported == [[]])
        driver.beat(.live)
        #expect(driver.answer([1]).reported == [[1]])
        driver.beat(.live)
        driver.answer()
        #expect(driver.step().reported.isEmpty)
    }
}
