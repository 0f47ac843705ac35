import CairnStore
import Testing

@testable import CairnWorker

/// When exchanges go out, and what is in them.
@Suite struct ClaimingTests {
    @Test func `registers, then looks from the very start with all its room`() throws {
        var driver = LoopDriver(concurrency: 5)
        #expect(driver.step().registers == 1)
        driver.loop.registered(workerID: 7, lease: .seconds(9), now: .zero)
        let request = try #require(driver.step().exchanges.first)
        #expect(request.workerID == 7)
        #expect(request.want == 5)
        #expect(request.floors.isEmpty)
        #expect(request.mayIdle)
        #expect(request.settlements.isEmpty)
    }

    @Test func `announces, checks once more, and sleeps until the poll`() {
        var driver = LoopDriver.live()
        driver.loop.listening(true)
        #expect(driver.answer().exchanges.count == 1)
        #expect(driver.answer().exchanges.isEmpty)
        #expect(driver.advance(.milliseconds(999)).exchanges.isEmpty)
        #expect(driver.advance(.seconds(1)).exchanges.count == 1)
    }

    @Test func `looks less and less often while nothing comes, until woken`() {
        var driver = LoopDriver.live()
        driver.loop.listening(true)
        driver.answer()
        driver.answer()
        var gaps: [Duration] = []
        for _ in 0..<8 {
            let before = driver.now
            while driver.step().exchanges.isEmpty {
                driver.beat(.live)
                driver.now += .milliseconds(50)
            }
            gaps.append(driver.now - before)
            driver.answer()
        }
        #expect(gaps.last ?? .zero >= .seconds(4))
        #expect(gaps.last ?? .zero <= .milliseconds(15_100))
        driver.loop.woken()
        #expect(driver.step().exchanges.count == 1)
        driver.answer()
        #expect(driver.advance(.milliseconds(1600)).exchanges.count == 1)
    }

    @Test func `without notifications it does not look less often`() {
        var driver = LoopDriver.live()
        driver.answer()
        driver.answer()
        for _ in 0..<5 {
            #expect(driver.advance(.seconds(1)).exchanges.count == 1)
            driver.answer()
            driver.beat(.live)
        }
    }

    @Test func `when notifications are lost it looks as often as without them, until they are back`() {
        var driver = LoopDriver.live()
        driver.loop.listening(true)
        driver.answer()
        driver.answer()
        for _ in 0..<8 {
            driver.advance(.seconds(5))
            driver.beat(.live)
            driver.answer()
        }
        #expect(driver.advance(.seconds(2)).exchanges.isEmpty)
        driver.loop.listening(false)
        #expect(driver.step().exchanges.count == 1)
        driver.answer()
        #expect(driver.advance(.seconds(1)).exchanges.count == 1)
        driver.answer()
        driver.beat(.live)
        driver.loop.listening(true)
        #expect(driver.advance(.seconds(2)).exchanges.isEmpty)
    }

    @Test func `only polling never announces and never checks twice`() throws {
        var driver = LoopDriver.live(pollOnly: true)
        #expect(driver.actions.exchanges.last?.mayIdle == false)
        #expect(driver.answer().exchanges.isEmpty)
        let next = driver.advance(.seconds(1)).exchanges
        #expect(next.map(\.mayIdle) == [false])
    }

    @Test func `a full claim asks for more as soon as there is room`() throws {
        var driver = LoopDriver.live(concurrency: 2)
        #expect(driver.answer([1, 2]).starts == 2)
        #expect(driver.step().exchanges.isEmpty)
        let request = try #require(driver.end(0).exchanges.first)
        #expect(request.want == 1)
        #expect(request.settlements.map(\.taskID) == [1])
        #expect(!request.mayIdle)
    }

    @Test func `what finishes during an exchange goes out together with the next`() throws {
        var driver = LoopDriver.live()
        driver.answer([1, 2, 3, 4])
        #expect(driver.end(0).exchanges.count == 1)
        for run in UInt64(1)...3 { #expect(driver.end(run).exchanges.isEmpty) }
        let request = try #require(driver.answer().exchanges.first)
        #expect(request.settlements.map(\.taskID) == [2, 3, 4])
        #expect(request.mayIdle)
        #expect(request.want == 10)
    }

    @Test func `a chain takes one exchange a step`() {
        var driver = LoopDriver.live()
        for step in 0..<50 {
            driver.answer([1])
            driver.end(UInt64(step))
        }
        driver.answer()
        driver.answer()
        #expect(driver.actions.exchanges.count == 52)
    }

    @Test func `beside a long step it says after a lull that it may be woken`() throws {
        var driver = LoopDriver.live()
        #expect(driver.answer([1]).exchanges.isEmpty)
        #expect(driver.advance(.milliseconds(50)).exchanges.isEmpty)
        let request = try #require(driver.advance(.milliseconds(60)).exchanges.first)
        #expect(request.mayIdle)
        #expect(driver.answer().exchanges.count == 1)
        #expect(driver.answer().exchanges.isEmpty)
    }

    @Test func `with no room it does not look`() {
        var driver = LoopDriver.live(concurrency: 1)
        driver.answer([1])
        driver.loop.woken()
        #expect(driver.advance(.seconds(2)).exchanges.isEmpty)
        #expect(driver.end(0).exchanges.count == 1)
    }

    @Test func `floors follow the claims, and what is settled lowers them`() throws {
        var driver = LoopDriver.live()
        driver.answer([50, 60])
        driver.loop.woken()
        #expect(driver.step().exchanges.last?.floors == [ClaimFloor(namespaceID: 1, rank: 0, taskID: 50)])
        driver.answer([70])
        let request = try #require(driver.end(0).exchanges.first)
        #expect(request.floors == [ClaimFloor(namespaceID: 1, rank: 0, taskID: 50)])
        driver.answer()
        let next = try #require(driver.end(1).exchanges.first)
        #expect(next.floors == [ClaimFloor(namespaceID: 1, rank: 0, taskID: 60)])
    }

    @Test func `looks from the very start once a second while busy`() {
        var driver = LoopDriver.live()
        driver.answer([5, 6, 7])
        driver.end(0)
        #expect(driver.actions.exchanges.last?.floors.isEmpty == false)
        driver.answer()
        driver.now += .seconds(1)
        driver.end(1)
        #expect(driver.actions.exchanges.last?.floors.isEmpty == true)
    }

    @Test func `claims that cannot run here are handed back`() {
        var driver = LoopDriver.live()
        var claim = LoopDriver.claim(1)
        claim.job = nil
        driver.loop.exchanged(claims: [claim], refused: 0, isGone: false, now: driver.now)
        #expect(driver.step().exchanges.isEmpty)
        #expect(driver.advance(.seconds(1)).exchanges.last?.settlements.map(\.outcome) == [.released])
    }

    /// A worker whose look from the very start took so long, and which waits now.
    private func afterLook(took time: Duration) -> LoopDriver {
        var driver = LoopDriver.live(concurrency: 1)
        driver.loop.listening(true)
        driver.now += time
        driver.answer([50])
        return driver
    }

    @Test func `looks from the very start get a fiftieth of the time`() {
        var driver = afterLook(took: .milliseconds(100))
        func isFull(after time: Duration, _ driver: inout LoopDriver) -> Bool? {
            driver.now += time
            let run = UInt64(driver.actions.starts - 1)
            let floors = driver.end(run).exchanges.map(\.floors)
            driver.answer([50])
            return floors.first?.isEmpty
        }
        #expect(isFull(after: .seconds(2), &driver) == false)
        #expect(isFull(after: .milliseconds(2999), &driver) == true)
        // That one took no time.
        #expect(isFull(after: .milliseconds(999), &driver) == false)
        #expect(isFull(after: .milliseconds(1), &driver) == true)
    }

    @Test func `the time of a call that takes no look says nothing of looks`() {
        var floors = ClaimFloors()
        #expect(floors.take(settling: [], isIdle: false, now: .zero).isEmpty)
        floors.answered(took: .milliseconds(100))
        floors.learn([LoopDriver.claim(1)])
        // It settles, and wants nothing; its answer is the next one.
        floors.answered(took: .zero)
        #expect(!floors.take(settling: [], isIdle: false, now: .milliseconds(4999)).isEmpty)
        #expect(floors.take(settling: [], isIdle: false, now: .seconds(5)).isEmpty)
    }

    @Test func `a look that took very long is tried again all the same`() {
        var driver = afterLook(took: .seconds(2))
        driver.now += ClaimFloors.longestInterval
        #expect(driver.end(0).exchanges.map(\.floors.isEmpty) == [true])
    }

    @Test func `who begins to wait too early for such a look takes it as soon as it may`() {
        var driver = afterLook(took: .milliseconds(10))
        driver.end(0)
        #expect(driver.actions.exchanges.last?.floors.isEmpty == false)
        // Announced; the second look would be one from the very start.
        #expect(driver.answer().exchanges.map(\.floors.isEmpty) == [false])
        #expect(driver.answer().exchanges.isEmpty)
        #expect(driver.loop.due == .milliseconds(500))
        #expect(driver.advance(.milliseconds(490)).exchanges.map(\.floors.isEmpty) == [true])
        #expect(driver.answer().exchanges.isEmpty)
        #expect(driver.advance(.milliseconds(900)).exchanges.isEmpty)
    }

    @Test func `who has got work meanwhile owes no such look`() {
        var driver = afterLook(took: .milliseconds(10))
        driver.end(0)
        driver.answer()
        driver.answer()
        driver.loop.woken()
        driver.step()
        // One step, which runs on.
        #expect(driver.answer([60]).exchanges.isEmpty)
        #expect(driver.advance(.milliseconds(600)).exchanges.isEmpty)
    }
}
