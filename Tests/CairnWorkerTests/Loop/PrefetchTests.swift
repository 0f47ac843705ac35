import CairnStore
import Testing

@testable import CairnWorker

/// What is claimed before there is a slot for it.
@Suite struct PrefetchTests {
    /// A worker of two slots after its first claim, which got all it asked for: exchanges take 2 ms, and the first handler
    /// has ended after this long. Its exchange is on its way.
    private func afterFirstEnd(
        of run: Duration, got tasks: [Int64] = [1, 2]
    ) -> (driver: LoopDriver, sent: [ExchangeRequest]) {
        var driver = LoopDriver.live(concurrency: 2)
        driver.now += .milliseconds(2)
        driver.answer(tasks)
        driver.now += run
        let sent = driver.end(0).exchanges
        return (driver, sent)
    }

    @Test func `where handlers end within a few exchanges, more steps are claimed than there are slots`() {
        #expect(afterFirstEnd(of: .milliseconds(20)).sent.map(\.want) == [3])
    }

    @Test(arguments: [Duration.zero, .milliseconds(150), .seconds(1)])
    func `where they end at once, or take much longer than an exchange, none is`(run: Duration) {
        #expect(afterFirstEnd(of: run).sent.map(\.want) == [1])
    }

    @Test func `where a claim did not get all it asked for, none is`() {
        #expect(afterFirstEnd(of: .milliseconds(20), got: [1]).sent.map(\.want) == [2])
    }

    @Test func `it starts as soon as a slot is free, without another exchange`() {
        var (driver, _) = afterFirstEnd(of: .milliseconds(20))
        #expect(driver.answer([3, 4]).starts == 1)
        let actions = driver.end(1)
        #expect(actions.starts == 1)
        #expect(actions.exchanges.map(\.settlements.count) == [1])
    }

    @Test func `what has waited too long is handed back, and not claimed again while no slot is free`() {
        var (driver, _) = afterFirstEnd(of: .milliseconds(20))
        driver.answer([3, 4])
        #expect(driver.loop.due == driver.now + Prefetch.runs.upperBound)
        let sent = driver.advance(Prefetch.runs.upperBound).exchanges
        #expect(sent.map { $0.settlements.map(\.taskID) } == [[4]])
        #expect(sent.map { $0.settlements.map(\.outcome) } == [[.released]])
        #expect(sent.map(\.want) == [0])
    }

    @Test func `a worker that leaves hands it back at once`() {
        var (driver, _) = afterFirstEnd(of: .milliseconds(20))
        driver.answer([3, 4])
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        let sent = driver.step().exchanges
        #expect(sent.map { $0.settlements.map(\.taskID) } == [[4]])
        #expect(sent.map { $0.settlements.map(\.outcome) } == [[.released]])
    }

    @Test func `it is reported as held, and handed back when it is not wanted any more`() {
        var (driver, _) = afterFirstEnd(of: .milliseconds(20))
        driver.answer([3, 4])
        driver.loop.reportAtOnce()
        let keys = driver.step().compactMap { action -> [Int64]? in
            if case .heartbeat(_, _, let running, _) = action { running.map(\.taskID).sorted() } else { nil }
        }
        #expect(keys == [[2, 3, 4]])
        let sent = driver.beat(.live, unwanted: [AttemptKey(taskID: 4, stepNo: 1, attempt: 1)]).exchanges
        #expect(sent.map { $0.settlements.map(\.taskID) } == [[4]])
        #expect(driver.end(1).starts == 0)
    }

    @Test func `it is no orphan`() {
        var (driver, _) = afterFirstEnd(of: .milliseconds(20))
        driver.answer([3, 4])
        #expect(driver.loop.prefetch.count == 1)
        driver.loop.call = .audit
        driver.loop.audited(
            held: [2, 3, 4, 5].map { AttemptKey(taskID: $0, stepNo: 1, attempt: 1) }, now: driver.now)
        // Of what is held, this worker knows all but the last.
        #expect(driver.step().exchanges.map { $0.settlements.map(\.taskID) } == [[5]])
    }

    @Test func `when the lease ends it is handed back, for it never began`() {
        var (driver, _) = afterFirstEnd(of: .milliseconds(20))
        driver.answer([3, 4])
        // Short of the time after which it would be anyway.
        var lease = LeaseKeeper(lease: .milliseconds(100), now: driver.now)
        lease.answered(sentAt: driver.now, isLook: true, hasSteps: true)
        driver.loop.lease = lease
        let sent = driver.advance(.milliseconds(100)).exchanges
        #expect(driver.loop.phase == .flushing)
        #expect(sent.map { $0.settlements.map(\.taskID) } == [[4]])
        #expect(sent.map { $0.settlements.map(\.outcome) } == [[.released]])
    }

    @Test func `steps that went on do not show that there is more to claim`() {
        var driver = LoopDriver.live(concurrency: 2)
        driver.now += .milliseconds(2)
        driver.answer([1, 2])
        driver.now += .milliseconds(20)
        driver.end(0)
        driver.now += .milliseconds(2)
        // The other slot's task and this one's: the exchange settled task 1, and asked for three.
        driver.loop.exchanged(
            claims: [LoopDriver.claim(1, step: 2)], refused: 0, isGone: false, now: driver.now)
        #expect(driver.step().exchanges.isEmpty)
        #expect(driver.loop.room == 0)
    }
}
