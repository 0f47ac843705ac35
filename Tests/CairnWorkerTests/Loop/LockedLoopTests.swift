import CairnStore
import Testing

@testable import CairnWorker

/// Tasks that somebody else has locked.
@Suite struct LockedLoopTests {
    /// A loop whose steps of these tasks have ended, with the report of them in flight.
    private static func reporting(_ tasks: [Int64]) -> LoopDriver {
        var driver = LoopDriver.live()
        driver.answer(tasks)
        for run in tasks.indices {
            driver.loop.ended(RunID(number: UInt64(run)), .succeeded(Array("1".utf8)), now: driver.now)
        }
        driver.step()
        return driver
    }

    private func sent(_ driver: LoopDriver) -> [Int64]? { driver.actions.exchanges.last?.settlements.map(\.taskID) }

    @Test func `who waited in vain asks again at once, and waits for nobody`() {
        var driver = Self.reporting([1, 2])
        #expect(driver.actions.exchanges.last?.patience == .seconds(2))
        let again = driver.fail(.locked("timeout"))
        #expect(again.exchanges.map(\.patience) == [.zero] && sent(driver) == [1, 2])
        #expect(again.notices.isEmpty)
    }

    @Test func `what is of a locked task is told once, and offered again alone with a growing wait`() {
        var driver = Self.reporting([1, 2])
        driver.fail(.locked("timeout"))
        #expect(driver.answer([3], locked: [1]).notices == [.locked(1, others: 0)])
        var waits: [Duration] = []
        for _ in 0..<7 {
            let before = driver.now
            while sent(driver) != [1] || driver.loop.call == nil {
                driver.advance(.milliseconds(10))
                if driver.loop.call != nil, sent(driver) == [] { driver.answer() }
                driver.beat(.live)
            }
            #expect(driver.actions.exchanges.last?.patience == .zero)
            waits.append(driver.now - before)
            #expect(driver.answer(locked: [1]).notices.isEmpty)
        }
        #expect(waits[0] <= .milliseconds(110) && waits[6] >= .seconds(1) && waits[6] <= .milliseconds(2010))
        // The others go on meanwhile, and wait for one another as ever.
        driver.end(2)
        #expect(sent(driver) == [3] && driver.actions.exchanges.last?.patience == .seconds(2))
        driver.answer()
        while sent(driver) != [1] || driver.loop.call == nil {
            driver.advance(.milliseconds(10))
            if driver.loop.call != nil, sent(driver) == [] { driver.answer() }
            driver.beat(.live)
        }
        #expect(driver.answer().notices == [.unlocked])
        #expect(driver.loop.buffer.isEmpty)
    }

    @Test func `another locked task is found out while one waits, and the rest is settled`() {
        var driver = Self.reporting([1])
        driver.fail(.locked("timeout"))
        driver.answer([2, 3], locked: [1])
        while driver.loop.call != nil { driver.answer() }
        for run in 1...2 { driver.loop.ended(RunID(number: UInt64(run)), .succeeded(Array("1".utf8)), now: driver.now) }
        driver.step()
        #expect(sent(driver) == [2, 3] && driver.actions.exchanges.last?.patience == .seconds(2))
        // By the time this has been waited for in vain, the first one is due again.
        driver.advance(.seconds(2))
        let again = driver.fail(.locked("timeout"))
        #expect(sent(driver) == [2, 3] && again.exchanges.map(\.patience) == [.zero])
        #expect(driver.answer(locked: [2]).notices == [.locked(2, others: 0)])
        #expect(driver.loop.buffer.keys.map(\.taskID).sorted() == [1, 2])
    }

    @Test func `what the database never takes is not said to be reported for ever`() {
        var driver = Self.reporting([1])
        driver.fail(.locked("timeout"))
        driver.answer(locked: [1])
        #expect(driver.loop.buffer.reporting.map(\.taskID) == [1])
        var dropped = false
        for _ in 0..<2000 where !dropped {
            if driver.loop.call == nil {
                driver.advance(.milliseconds(10))
                driver.beat(.live)
            } else if sent(driver) == [] {
                driver.answer()
            } else {
                dropped = driver.fail(.refused("bad")).notices.contains { notice in
                    if case .settlementDropped = notice { true } else { false }
                }
            }
        }
        #expect(dropped)
        #expect(driver.loop.buffer.isEmpty && driver.loop.buffer.reporting.isEmpty)
    }

    @Test func `what ends of a locked task waits with it, and is reported with it`() {
        var driver = LoopDriver.live()
        driver.loop.exchanged(
            claims: [LoopDriver.claim(1), LoopDriver.claim(1, step: 2)], refused: 0, isGone: false, now: driver.now)
        driver.step()
        driver.end(0)
        driver.fail(.locked("timeout"))
        driver.answer(locked: [1])
        let before = driver.actions.exchanges.count
        driver.end(1)
        #expect(driver.actions.exchanges.dropFirst(before).allSatisfy { $0.settlements.isEmpty })
        while sent(driver) != [1, 1] {
            driver.advance(.milliseconds(10))
            if driver.loop.call != nil, sent(driver) == [] { driver.answer() }
        }
        driver.answer()
        #expect(driver.loop.buffer.isEmpty)
    }

    @Test func `what cannot be reported is said at once, and for as long as that is so`() {
        var driver = LoopDriver.live()
        driver.loop.exchanged(
            claims: [LoopDriver.claim(1), LoopDriver.claim(1, step: 2), LoopDriver.claim(2)], refused: 0, isGone: false,
            now: driver.now)
        driver.step()
        driver.end(0)
        driver.fail(.locked("timeout"))
        #expect(driver.actions.reporting == [])
        driver.answer(locked: [1])
        #expect(driver.actions.reporting == [["1.1"]])
        driver.beat(.live)
        driver.end(1)
        driver.beat(.live)
        #expect(driver.actions.reporting == [["1.1"], ["1.1", "1.2"]])
        // Also while it is on its way again.
        while sent(driver) != [1, 1] {
            driver.advance(.milliseconds(10))
            if driver.loop.call != nil, sent(driver) == [] { driver.answer() }
        }
        driver.loop.reportAtOnce()
        driver.step()
        driver.beat(.live)
        #expect(driver.actions.reporting.last == ["1.1", "1.2"])
        driver.answer()
        driver.loop.reportAtOnce()
        driver.step()
        #expect(driver.actions.reporting.last == [])
    }

    @Test func `what has ended of a task before it turns out to be locked waits with it as well`() {
        var driver = LoopDriver.live()
        driver.loop.exchanged(
            claims: [LoopDriver.claim(1), LoopDriver.claim(1, step: 2)], refused: 0, isGone: false, now: driver.now)
        driver.step()
        driver.end(0)
        driver.fail(.locked("timeout"))
        driver.end(1)
        #expect(driver.answer(locked: [1]).exchanges.allSatisfy { $0.settlements.isEmpty })
        #expect(driver.actions.reporting == [["1.1", "1.2"]])
    }

    @Test func `which are named first stays the same, while they are offered in turn`() {
        let items = (1...5).map {
            PendingSettlement(claim: LoopDriver.claim($0), outcome: .succeeded, payload: nil, retryAfter: nil)
        }
        let all = Set(items.map(\.key))
        var reports = LockedReports()
        _ = reports.answered(items, locked: all, now: .zero)
        for _ in 0..<3 {
            let batch = reports.take(2)
            #expect(reports.reporting.map(\.taskID) == [1, 2, 3, 4, 5])
            _ = reports.answered(batch, locked: all, now: .zero)
            #expect(reports.reporting.map(\.taskID) == [1, 2, 3, 4, 5])
        }
        #expect(reports.items.map(\.settlement.taskID) == [2, 3, 4, 5, 1])
        _ = reports.answered(reports.take(1), locked: [], now: .zero)
        #expect(reports.reporting.map(\.taskID) == [1, 3, 4, 5])
    }

    @Test func `a lock on something else than a task is waited for, with one line`() {
        var driver = Self.reporting([1])
        driver.fail(.locked("timeout"))
        #expect(driver.fail(.locked("timeout")).notices == [.databaseAway(.locked, "timeout")])
        #expect(driver.loop.call == nil)
        driver.advance(.seconds(1))
        #expect(driver.fail(.locked("timeout")).notices.isEmpty)
        driver.advance(.seconds(1))
        #expect(sent(driver) == [1] && driver.loop.call != nil)
    }

    @Test func `a claim that met a lock is waited for, and is no doubt about what is settled`() {
        var driver = LoopDriver.live()
        #expect(driver.fail(.locked("timeout")).notices == [.databaseAway(.locked, "timeout")])
        driver.advance(.seconds(1))
        #expect(driver.actions.exchanges.last?.want == 10)
    }

    @Test func `a lost lease offers it once more, and then lets it go`() {
        var driver = Self.reporting([1])
        driver.fail(.locked("timeout"))
        driver.answer(locked: [1])
        driver.advance(.seconds(9))
        if driver.loop.call != nil, sent(driver) == [] { driver.fail(.noEffect(.unreachable, "away")) }
        driver.advance(.seconds(5))
        #expect(sent(driver) == [1] && driver.actions.exchanges.last?.want == 0)
        let actions = driver.answer(locked: [1])
        #expect(actions.notices.contains(.lockedOut(1)) && actions.deregisters == 1)
    }

    @Test func `a worker that leaves goes on offering it, and says what it could not report`() {
        var driver = LoopDriver.live(drain: .seconds(5))
        driver.answer([1])
        driver.end(0)
        driver.fail(.locked("timeout"))
        driver.answer(locked: [1])
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        driver.step()
        for _ in 0..<300 where !driver.loop.isFinished {
            driver.advance(.milliseconds(100))
            driver.beat(.draining)
            if driver.loop.call != nil { driver.answer(locked: [1]) }
        }
        #expect(driver.actions.deregisters == 0)
        #expect(driver.actions.notices.contains(.leftUnsettled(1)))
        // It said before what it waits for, and until when; and that it has the outcome.
        let waits = driver.actions.notices.filter { if case .drainWaits = $0 { true } else { false } }
        #expect(waits == [.drainWaits(1, others: 0, within: .seconds(16))])
        #expect(driver.actions.reporting.last == ["1.1"])
    }

    @Test func `a worker that leaves says what it waits for when nothing runs any more`() {
        var driver = LoopDriver.live(drain: .seconds(5))
        driver.answer([1, 2])
        driver.end(0)
        driver.fail(.locked("timeout"))
        driver.answer(locked: [1])
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        driver.step()
        driver.advance(.seconds(2))
        #expect(!driver.actions.notices.contains { if case .drainWaits = $0 { true } else { false } })
        #expect(driver.end(1).notices == [.drainWaits(1, others: 0, within: .seconds(14))])
    }
}
