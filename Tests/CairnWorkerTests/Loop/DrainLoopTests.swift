import CairnStore
import Testing

@testable import CairnWorker

/// Timeouts of steps, and the way out.
@Suite struct DrainLoopTests {
    @Test func `a step whose time is up is cancelled and reported at once; its slot comes back later`() throws {
        var driver = LoopDriver.live(concurrency: 1)
        driver.answer([1], timeout: .seconds(2))
        let actions = driver.advance(.seconds(2))
        #expect(actions.cancels == [0])
        let request = try #require(actions.exchanges.first)
        #expect(request.settlements.map(\.outcome) == [.timedOut])
        #expect(request.want == 0)
        driver.answer()
        let after = driver.end(0, .succeeded([49]))
        #expect(after.exchanges.map(\.settlements.count) == [0])
        #expect(after.exchanges.map(\.want) == [1])
    }

    @Test func `drains: no claims, finish, settle, deregister`() {
        var driver = LoopDriver.live()
        driver.answer([1, 2])
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        let actions = driver.step()
        #expect(actions.beats == [true])
        #expect(actions.exchanges.isEmpty)
        #expect(driver.end(0).exchanges.map(\.want) == [0])
        driver.answer()
        driver.end(1)
        #expect(driver.answer().deregisters == 1)
        driver.loop.deregistered(now: driver.now)
        #expect(driver.step().isEmpty)
        #expect(driver.loop.isFinished)
    }

    @Test func `asked to leave by an operator it drains, with one line`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.advance(.seconds(3))
        let actions = driver.beat(.draining)
        #expect(actions.notices == [.draining(running: 1, byOperator: true, within: .seconds(30))])
        #expect(actions.cancels.isEmpty)
        // What the exchange in flight has claimed goes back.
        #expect(driver.answer([2]).starts == 0)
        #expect(driver.actions.exchanges.last?.settlements.map(\.outcome) == [.released])
        driver.answer()
        #expect(driver.advance(.seconds(3)).beats == [true])
        #expect(driver.beat(.draining).notices.isEmpty)
        driver.end(0)
        #expect(driver.answer().deregisters == 1)
        driver.loop.deregistered(now: driver.now)
        driver.step()
        #expect(driver.loop.isFinished)
    }

    @Test func `the answer to its own drain is no news`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        #expect(driver.step().notices == [.draining(running: 1, byOperator: false, within: .seconds(30))])
        #expect(driver.beat(.draining).notices.isEmpty)
    }

    @Test func `what was claimed while the drain began is released`() {
        var driver = LoopDriver.live()
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        driver.step()
        let actions = driver.answer([1, 2])
        #expect(actions.starts == 0)
        #expect(actions.exchanges.first?.settlements.map(\.outcome) == [.released, .released])
    }

    @Test func `after the timeout handlers are cancelled and reported as retryable, even those that never end`() {
        var driver = LoopDriver.live(drain: .seconds(10))
        driver.answer([1, 2, 3])
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        driver.step()
        driver.beat(.draining)
        for _ in 0..<4 {
            driver.advance(.milliseconds(2500))
            driver.beat(.draining)
        }
        #expect(driver.actions.cancels == [0, 1, 2])
        driver.end(0, .failed(.permanent("interrupted")))
        #expect(driver.actions.exchanges.last?.settlements.map(\.outcome) == [.retryable])
        driver.answer()
        driver.end(1, .succeeded([49]))
        #expect(driver.actions.exchanges.last?.settlements.map(\.outcome) == [.succeeded])
        driver.answer()
        driver.advance(.seconds(3))
        driver.beat(.draining)
        driver.advance(.seconds(3))
        #expect(driver.actions.exchanges.last?.settlements.map(\.outcome) == [.retryable])
        #expect(driver.answer().deregisters == 1)
    }

    @Test func `without the database it leaves in the end`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.loop.beginDrain(atOnce: true, now: driver.now)
        driver.step()
        driver.end(0, .failed(.retryable("stopped")))
        driver.fail(.noEffect(.unreachable, "away"))
        for _ in 0..<30 where !driver.loop.isFinished {
            driver.advance(.milliseconds(500))
            driver.beat(nil)
            driver.fail(.noEffect(.unreachable, "away"))
        }
        driver.step()
        #expect(driver.loop.isFinished)
        #expect(driver.actions.notices.contains { if case .leftUnsettled(1) = $0 { true } else { false } })
    }

    @Test func `with nothing to settle and no database to take leave of it leaves at once`() {
        var driver = LoopDriver.live()
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        driver.step()
        #expect(driver.answer().deregisters == 1)
        driver.fail(.noEffect(.unreachable, "away"))
        #expect(driver.loop.isFinished)
    }

    @Test func `before the first registration it leaves at once`() {
        var driver = LoopDriver()
        driver.step()
        driver.fail(.noEffect(.unreachable, "away"))
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        driver.step()
        #expect(driver.loop.isFinished)
    }

    @Test func `a registration in flight when the drain begins is undone`() {
        var driver = LoopDriver()
        driver.step()
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        driver.step()
        driver.loop.registered(workerID: 7, lease: .seconds(9), now: driver.now)
        #expect(driver.step().deregisters == 1)
        driver.loop.deregistered(now: driver.now)
        driver.step()
        #expect(driver.loop.isFinished)
    }

    @Test func `a second request to stop cancels what runs`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.loop.beginDrain(atOnce: false, now: driver.now)
        #expect(driver.step().cancels.isEmpty)
        driver.loop.beginDrain(atOnce: true, now: driver.now)
        #expect(driver.step().cancels == [0])
    }
}
