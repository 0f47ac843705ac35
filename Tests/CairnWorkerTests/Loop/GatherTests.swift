import CairnStore
import Testing

@testable import CairnWorker

/// What several handlers that start at once come to, in one exchange.
@Suite struct GatherTests {
    @Test func `after a claim of several steps the next exchange waits until each has had its turn`() throws {
        var driver = LoopDriver.live()
        driver.gathersAtOnce = false
        let actions = driver.answer([1, 2, 3])
        #expect(actions.starts == 3)
        #expect(actions.gathers == 1)
        for run in UInt64(0)...1 { #expect(driver.end(run).exchanges.isEmpty) }
        driver.loop.gathered()
        let request = try #require(driver.step().exchanges.first)
        #expect(request.settlements.map(\.taskID) == [1, 2])
        #expect(request.want == 9)
    }

    @Test func `what had ended before waits for them, too`() throws {
        var driver = LoopDriver.live()
        driver.gathersAtOnce = false
        driver.answer([1, 2])
        driver.loop.gathered()
        driver.end(0)
        driver.end(1)
        driver.answer([3, 4])
        #expect(driver.end(2).exchanges.isEmpty)
        driver.loop.gathered()
        #expect(driver.step().exchanges.map(\.settlements.count) == [2])
    }

    @Test func `handlers that keep all threads busy are not waited for`() {
        var driver = LoopDriver.live()
        driver.gathersAtOnce = false
        driver.answer([1, 2, 3])
        driver.end(0)
        #expect(driver.loop.due == driver.now + ExchangeLoop.longestGather)
        #expect(driver.advance(ExchangeLoop.longestGather).exchanges.map(\.settlements.count) == [1])
    }

    @Test func `a step that is claimed alone is waited for by nobody`() {
        var driver = LoopDriver.live()
        driver.gathersAtOnce = false
        let actions = driver.answer([1])
        #expect(actions.gathers == 0)
        #expect(driver.end(0).exchanges.count == 1)
    }

    @Test func `steps that are handed back are not waited for`() {
        var driver = LoopDriver.live()
        driver.gathersAtOnce = false
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        let actions = driver.answer([1, 2])
        #expect(actions.gathers == 0)
        #expect(actions.exchanges.map(\.settlements.count) == [2])
    }

    @Test func `heartbeats go out meanwhile`() {
        var driver = LoopDriver.live()
        driver.gathersAtOnce = false
        driver.answer([1, 2])
        driver.loop.reportAtOnce()
        #expect(driver.step().beats.count == 1)
    }
}
