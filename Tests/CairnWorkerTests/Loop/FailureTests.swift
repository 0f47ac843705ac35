import CairnModel
import CairnStore
import Postgres
import Testing

@testable import CairnWorker

/// Calls that fail, data that is refused, leases that are lost.
@Suite struct FailureTests {
    @Test func `settlements survive a lost connection, with a growing wait and one line`() {
        var driver = LoopDriver.live()
        driver.answer([1, 2])
        driver.end(0)
        #expect(driver.fail(.noEffect(.unreachable, "gone")).notices == [.databaseAway(.unreachable, "gone")])
        #expect(driver.step().exchanges.isEmpty)
        var waits: [Duration] = []
        for _ in 0..<8 {
            let before = driver.now
            while driver.step().exchanges.isEmpty {
                driver.beat(.live)
                driver.now += .milliseconds(25)
            }
            waits.append(driver.now - before)
            #expect(driver.actions.exchanges.last?.settlements.map(\.taskID) == [1])
            #expect(driver.fail(.noEffect(.unreachable, "gone")).notices.isEmpty)
        }
        #expect(waits[0] < .milliseconds(100))
        #expect(waits[7] >= .seconds(2))
        #expect(waits[7] <= .seconds(5))
        driver.advance(.seconds(3))
        let notices = driver.answer().notices
        #expect(notices.count == 1)
        #expect(notices.contains { if case .databaseBack = $0 { true } else { false } })
    }

    @Test func `a worker that is not let in has finished, with the reason`() {
        var driver = LoopDriver()
        driver.step()
        let error = CairnError("namespace_not_granted", "not for you")
        #expect(driver.fail(.rejected(error)).isEmpty)
        #expect(driver.loop.isFinished && driver.loop.rejection == error)
        #expect(driver.advance(.seconds(60)).isEmpty)
    }

    @Test func `what is rejected later is no reason to end`() {
        var driver = LoopDriver.live()
        #expect(
            driver.fail(.rejected(CairnError("bad_request", "words"))).notices == [.databaseAway(.refused, "words")])
        #expect(!driver.loop.isFinished)
    }

    @Test func `another reason is told, the same is not`() {
        var driver = LoopDriver()
        driver.step()
        #expect(driver.fail(.noEffect(.unreachable, "a")).notices.count == 1)
        driver.advance(.seconds(5))
        #expect(driver.fail(.noEffect(.notMigrated, "b")).notices.count == 1)
        driver.advance(.seconds(5))
        #expect(driver.fail(.noEffect(.notMigrated, "c")).notices.isEmpty)
    }

    @Test func `after a lost reply it asks what it holds, twice, and hands back what it does not know`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.loop.woken()
        driver.step()
        driver.fail(.unknown(.unreachable, "cut off"))
        #expect(driver.advance(.seconds(1)).audits == 1)
        let known = AttemptKey(taskID: 1, stepNo: 1, attempt: 1)
        let orphan = AttemptKey(taskID: 9, stepNo: 2, attempt: 1)
        driver.loop.audited(held: [known, orphan], now: driver.now)
        let settlements = driver.step().exchanges.last?.settlements
        #expect(settlements?.map(\.taskID) == [9])
        #expect(settlements?.map(\.outcome) == [.released])
        driver.answer()
        driver.beat(.live)
        driver.answer()
        driver.now += .seconds(5)
        driver.beat(.live)
        driver.now += .seconds(6)
        driver.beat(.live)
        driver.answer()
        #expect(driver.actions.audits == 2)
    }

    @Test func `one bad payload among many fails alone`() {
        var driver = LoopDriver.live(concurrency: 100)
        driver.answer(Array(1...64))
        for run in UInt64(0)..<64 {
            driver.loop.ended(RunID(number: run), .succeeded(run == 41 ? [0] : [49]), now: driver.now)
        }
        driver.step()
        var settled: [Int64: SettleOutcome] = [:]
        var rounds = 0
        while let request = driver.actions.exchanges.last, !request.settlements.isEmpty, rounds < 100 {
            rounds += 1
            if request.settlements.contains(where: { $0.payload?.bytes == [0] }) {
                driver.fail(.refused("22P05"))
            } else {
                for one in request.settlements { settled[one.taskID] = one.outcome }
                driver.answer()
            }
        }
        #expect(settled.count == 64)
        #expect(settled.filter { $0.value != .succeeded } == [42: .permanent])
        #expect(rounds < 30)
    }

    @Test func `what the worker wrote itself is not tried for ever`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.end(0)
        driver.fail(.refused("bad"))
        #expect(driver.actions.exchanges.last?.settlements.map(\.outcome) == [.succeeded])
        let key = AttemptKey(taskID: 1, stepNo: 1, attempt: 1)
        #expect(driver.fail(.refused("bad")).notices == [.resultRefused(key, "bad")])
        #expect(driver.actions.exchanges.last?.settlements.map(\.outcome) == [.permanent])
        driver.fail(.refused("bad"))
        #expect(driver.fail(.refused("bad")).notices == [.settlementDropped(key, "bad")])
        #expect(driver.actions.exchanges.last?.settlements.isEmpty == true)
        #expect(driver.actions.exchanges.last?.want == 10)
    }

    @Test func `a conflict is tried again at once`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.end(0)
        #expect(driver.fail(.conflict).exchanges.map(\.settlements.count) == [1])
    }

    @Test func `gone means cancel, discard and register anew`() {
        var driver = LoopDriver.live()
        driver.answer([1, 2])
        driver.end(0)
        let actions = driver.answer(isGone: true)
        #expect(actions.cancels == [1])
        #expect(actions.registers == 1)
        driver.loop.registered(workerID: 8, lease: .seconds(9), now: driver.now)
        let request = driver.step().exchanges.first
        #expect(request?.workerID == 8)
        #expect(request?.settlements.isEmpty == true)
        // The old handler still has its slot.
        #expect(request?.want == 9)
        driver.answer()
        #expect(driver.end(1).exchanges.allSatisfy { $0.settlements.isEmpty })
    }

    @Test func `a heartbeat that says gone does the same`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.answer()
        #expect(driver.advance(.seconds(3)).beats == [false])
        #expect(driver.beat(.gone).cancels == [0])
    }

    @Test func `a lease that cannot be renewed ends what runs, offers what is finished, and starts anew`() {
        var driver = LoopDriver.live()
        driver.answer([1, 2])
        driver.end(0)
        driver.fail(.noEffect(.unreachable, "away"))
        for _ in 0..<19 {
            driver.advance(.milliseconds(500))
            driver.beat(nil)
            driver.fail(.noEffect(.unreachable, "away"))
        }
        #expect(driver.actions.cancels == [1])
        #expect(driver.actions.notices.contains(.leaseLost(workerID: 7, running: 1)))
        driver.advance(.seconds(5))
        let request = driver.actions.exchanges.last
        #expect(request?.want == 0)
        #expect(request?.settlements.map(\.taskID) == [1])
        #expect(driver.answer().deregisters == 1)
        driver.loop.deregistered(now: driver.now)
        #expect(driver.step().registers == 1)
    }

    @Test func `a call that hangs is given up with the lease`() {
        var driver = LoopDriver.live()
        driver.advance(.seconds(3))
        #expect(driver.advance(.seconds(6)).abandons == 1)
    }

    @Test(arguments: [true, false])
    func `reports itself three times a lease, and not beside its looks while it holds nothing`(isBusy: Bool) {
        var driver = LoopDriver.live()
        driver.answer(isBusy ? [1] : [])
        driver.answer()
        var beats = 0
        for _ in 0..<600 {
            if !driver.advance(.milliseconds(100)).beats.isEmpty {
                beats += 1
                driver.beat(.live)
            }
            if driver.loop.call != nil { driver.answer() }
        }
        #expect(beats == (isBusy ? 20 : 0))
        #expect(driver.actions.notices.allSatisfy { $0 != .leaseLost(workerID: 7, running: 0) })
    }

    @Test func `what has ended is reported once more, and then it may be silent for long`() {
        var driver = LoopDriver.live()
        driver.answer([1])
        driver.end(0)
        for _ in 0..<4 where driver.loop.call != nil { driver.answer() }
        #expect(driver.advance(.seconds(3)).beats == [false])
        driver.beat(.live)
        for _ in 0..<4 where driver.loop.call != nil { driver.answer() }
        // Whoever asks seldom, as one that is woken does, reports itself in between.
        #expect(driver.loop.lease?.expiry(askedAt: nil) == .seconds(33))
        #expect(driver.loop.lease?.due(askedAt: nil) == .seconds(27))
    }

    @Test func `what a report brings to one that was idle for long is no lost lease, but reported at once`() {
        // So it is with the claims of a lost answer, which it hands back with the next call.
        var keeper = LeaseKeeper(lease: .seconds(6), now: .zero)
        keeper.renewed(sentAt: .zero, isIdle: true)
        keeper.answered(sentAt: .seconds(20), isLook: false, hasSteps: true)
        #expect(!keeper.hasExpired(now: .seconds(20), askedAt: nil))
        #expect(keeper.due(askedAt: nil) <= .seconds(20))
    }

    @Test(arguments: [(1, 5), (6, 30), (10, 30), (60, 60)])
    func `may be silent for half a minute while it holds nothing, or five times a short lease`(lease: Int, until: Int) {
        var keeper = LeaseKeeper(lease: .seconds(lease), now: .seconds(1))
        #expect(keeper.expiry(askedAt: nil) == .seconds(1 + until))
        #expect(keeper.expiry(askedAt: .seconds(3)) == min(.seconds(3 + lease), .seconds(1 + until)))
        // What it knows then is no more than what the database wrote at least.
        keeper.answered(sentAt: .seconds(4), isLook: true, hasSteps: true)
        #expect(keeper.expiry(askedAt: nil) == max(.seconds(1), .seconds(4) - .seconds(lease) / 2) + .seconds(lease))
    }

    @Test func `what it claims though it last reported itself long ago has it report itself at once`() {
        var driver = LoopDriver.live()
        driver.answer()
        driver.answer()
        driver.advance(.seconds(14))
        #expect(driver.advance(.seconds(4)).beats.isEmpty)
        #expect(driver.answer([1]).beats == [false])
    }
}
