import CairnStore
import Postgres
import Testing

@testable import CairnWorker

/// Exchanges that the server refuses, when it is the claim that is at fault and not what they settle.
@Suite struct RefusedClaimTests {
    @Test func `settlements are not blamed for a claim`() throws {
        var driver = LoopDriver.live()
        driver.answer([1, 2])
        let mixed = try #require(driver.end(0).exchanges.first)
        #expect(mixed.want == 9)
        let actions = driver.fail(.refused("bad"))
        #expect(actions.notices.isEmpty)
        let settling = try #require(actions.exchanges.first)
        #expect(settling.settlements.map(\.outcome) == [.succeeded])
        #expect(settling.want == 0)
        let after = driver.answer()
        #expect(after.notices == [.databaseAway(.refused, "bad")])
        #expect(after.exchanges.isEmpty)
        #expect(driver.advance(.seconds(1)).exchanges.map(\.want) == [9])
        let back = driver.answer().notices
        #expect(back.count == 1)
        #expect(back.contains { if case .databaseBack = $0 { true } else { false } })
    }

    @Test func `a claim that is refused again and again backs off with one line, and settlements go on`() {
        var driver = LoopDriver.live(concurrency: 100)
        driver.answer(Array(1...50))
        driver.loop.woken()
        driver.step()
        var claims = 0
        var settled: [SettleOutcome] = []
        for run in UInt64(0)..<50 {
            for _ in 0..<10 {
                driver.advance(.milliseconds(20))
                driver.beat(.live)
                while driver.loop.call != nil, let request = driver.actions.exchanges.last {
                    if request.want > 0 {
                        claims += 1
                        driver.fail(.refused("bad"))
                    } else {
                        settled += request.settlements.map(\.outcome)
                        driver.answer()
                    }
                }
            }
            driver.loop.ended(RunID(number: run), .succeeded([49]), now: driver.now)
        }
        #expect(settled == Array(repeating: .succeeded, count: 49))
        #expect(claims > 2)
        #expect(claims < 12)
        let lines = driver.actions.notices.filter { if case .registered = $0 { false } else { true } }
        #expect(lines == [.databaseAway(.refused, "bad")])
    }

    @Test func `a claim that cannot be read is handed back, and not made again at once`() {
        var driver = LoopDriver.live()
        #expect(driver.fail(.unknown(.refused, "unknown kind")).audits == 1)
        driver.loop.audited(held: [AttemptKey(taskID: 9, stepNo: 2, attempt: 1)], now: driver.now)
        let request = driver.step().exchanges.first
        #expect(request?.settlements.map(\.outcome) == [.released])
        #expect(request?.want == 0)
        #expect(driver.answer().exchanges.isEmpty)
        #expect(driver.advance(.seconds(1)).exchanges.map(\.want) == [10])
    }

    @Test func `while the culprit is searched for nothing is claimed, and afterwards at once`() {
        var driver = LoopDriver.live(concurrency: 100)
        driver.answer(Array(1...8))
        for run in UInt64(0)..<8 {
            driver.loop.ended(RunID(number: run), .succeeded(run == 3 ? [0] : [49]), now: driver.now)
        }
        driver.step()
        var wants: [Int32] = []
        while let request = driver.actions.exchanges.last, !request.settlements.isEmpty, wants.count < 100 {
            wants.append(request.want)
            if request.settlements.contains(where: { $0.payload?.bytes == [0] }) {
                driver.fail(.refused("22P05"))
            } else {
                driver.answer()
            }
        }
        #expect(driver.actions.notices.count { if case .resultRefused = $0 { true } else { false } } == 1)
        #expect(!driver.actions.notices.contains { if case .databaseAway = $0 { true } else { false } })
        #expect(wants.last == 100)
        #expect(driver.actions.exchanges.last?.want == 100)
    }
}
