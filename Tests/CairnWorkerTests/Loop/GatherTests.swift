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

    /// Has a loop claim these many steps of so many tasks, and end all of them.
    private func endingAll(steps: Int, tasks: Int) -> (LoopDriver, [ExchangeRequest]) {
        var driver = LoopDriver.live(concurrency: 100)
        driver.loop.exchanged(
            claims: (0..<steps).map { LoopDriver.claim(Int64($0 % tasks), step: Int32($0)) }, refused: 0, isGone: false,
            now: driver.now)
        // The look for more that follows a claim finds nothing.
        driver.gathersAtOnce = false
        driver.step()
        for run in 0..<steps { driver.end(UInt64(run)) }
        driver.loop.gathered()
        let sent = driver.step().exchanges
        return (driver, sent)
    }

    @Test func `many steps of one task are settled apart, and the next exchange claims`() throws {
        var (driver, sent) = endingAll(steps: 40, tasks: 2)
        #expect(sent.map(\.settlements.count) == [40])
        #expect(sent.map(\.claims) == [false])
        // What goes on may.
        #expect(sent.map(\.want) == [100])
        sent = driver.answer().exchanges
        #expect(sent.map(\.settlements.count) == [0])
        #expect(sent.map(\.claims) == [true])
        #expect(sent.map(\.want) == [100])
    }

    @Test func `after one that settled apart the next claims whatever it settles`() throws {
        var (driver, _) = endingAll(steps: 40, tasks: 1)
        driver.loop.exchanged(
            claims: (0..<40).map { LoopDriver.claim(0, step: Int32(100 + $0)) }, refused: 0, isGone: false,
            now: driver.now)
        driver.step()
        for run in 40..<80 { driver.end(UInt64(run)) }
        driver.loop.gathered()
        let sent = driver.step().exchanges
        #expect(sent.map(\.settlements.count) == [40])
        #expect(sent.map(\.claims) == [true])
    }

    @Test(arguments: [(40, 5), (19, 1)])
    func `few steps, or steps of many tasks, are settled by a call that claims`(steps: Int, tasks: Int) {
        let (_, sent) = endingAll(steps: steps, tasks: tasks)
        #expect(sent.map(\.settlements.count) == [steps])
        #expect(sent.map(\.claims) == [true])
    }
}
