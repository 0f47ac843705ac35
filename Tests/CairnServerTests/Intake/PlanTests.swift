import CairnOrchestrator
import CairnStore
import Testing

@Suite struct PlanTests {
    @Test func `a full sweep is followed at once, others after about a second`() {
        var plan = SweepPlan(limit: 10)
        #expect(plan.swept(isFull: true, jitter: 0.5).wait == .zero)
        #expect(plan.swept(isFull: false, jitter: 0).wait == .milliseconds(800))
        let longest = plan.swept(isFull: false, jitter: 1).wait
        #expect(longest > .milliseconds(1199) && longest < .milliseconds(1201))
    }

    @Test func `while nothing is under way sweeps are seldomer and seldomer, down to every ten seconds`() {
        var plan = SweepPlan()
        func wait(_ needs: SweepNeeds = SweepNeeds()) -> Duration {
            plan.swept(isFull: false, needs: needs, jitter: 0.5).wait
        }
        #expect((0..<6).map { _ in wait() } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
        #expect(wait(SweepNeeds(isUnderWay: true)) == .seconds(1))
        #expect(wait() == .seconds(1))
        _ = wait()
        #expect(plan.failed().wait == .milliseconds(250))
        #expect(wait() == .seconds(1), "after an outage nothing is sure")
    }

    @Test func `while nothing is under way a sweep comes when something is due, and may be woken`() {
        var plan = SweepPlan()
        for _ in 0..<10 { _ = plan.swept(isFull: false, needs: SweepNeeds(), jitter: 0.5) }
        let due = plan.swept(isFull: false, needs: SweepNeeds(next: .milliseconds(1300)), jitter: 0.5)
        #expect(due.wait == .milliseconds(1300) && due.isIdle)
        #expect(plan.swept(isFull: false, needs: SweepNeeds(next: .seconds(60)), jitter: 0.5).wait == .seconds(10))
        let busy = plan.swept(isFull: false, needs: SweepNeeds(next: .milliseconds(1), isUnderWay: true), jitter: 0.5)
        #expect(busy.wait == .seconds(1) && !busy.isIdle)
    }

    @Test func `while more is left of a chore, an idle server goes on with it each second`() {
        var plan = SweepPlan()
        for chore in [SweepPlan.Chore.partitions, .tasks, .history] { plan.done(chore, at: .zero) }
        for _ in 0..<10 { _ = plan.swept(isFull: false, needs: SweepNeeds(), jitter: 0.5) }
        let step = plan.swept(isFull: false, needs: SweepNeeds(), jitter: 0.5)
        #expect(plan.hurried(step, at: .seconds(1)).wait == .seconds(10))
        plan.done(.tasks, at: .seconds(1), isMoreLeft: true)
        #expect(plan.hurried(step, at: .seconds(1)).wait == .seconds(1))
    }

    @Test func `a walk over the unfinished tasks begins every ten seconds`() {
        var plan = SweepPlan()
        #expect(
            [0, 1, 9, 10, 11, 20].map { plan.inspects(at: .seconds($0)) } == [true, false, false, true, false, true])
    }

    @Test func `an outage is news when it begins and when it ends`() {
        var plan = SweepPlan()
        let first = plan.failed()
        #expect(first.wait == .milliseconds(250) && first.isNews)
        let second = plan.failed()
        #expect(second.wait == .milliseconds(500) && !second.isNews)
        for _ in 0..<100 { _ = plan.failed() }
        #expect(plan.failed().wait == .seconds(10))
        #expect(plan.swept(isFull: false, jitter: 0).isNews)
        #expect(!plan.swept(isFull: false, jitter: 0).isNews)
    }

    @Test func `partitions are due at the start and every hour`() {
        var plan = SweepPlan()
        #expect(plan.isDue(.partitions, at: .zero))
        plan.done(.partitions, at: .zero)
        #expect(!plan.isDue(.partitions, at: .seconds(3599)))
        #expect(plan.isDue(.partitions, at: .seconds(3600)))
    }

    @Test(arguments: [SweepPlan.Chore.tasks, .history])
    func `what is kept no longer is looked for every ten minutes, and with every sweep while more is left`(
        chore: SweepPlan.Chore
    ) {
        var plan = SweepPlan()
        #expect(plan.isDue(chore, at: .zero))
        plan.done(chore, at: .zero, isMoreLeft: true)
        #expect(plan.isDue(chore, at: .seconds(1)))
        plan.done(chore, at: .seconds(1))
        #expect(!plan.isDue(chore, at: .seconds(600)))
        #expect(plan.isDue(chore, at: .seconds(601)))
    }

    @Test func `what somebody is in the way of is due again in a minute, and told after a day of it`() {
        var plan = SweepPlan()
        let first = plan.putOff(.history, at: .zero)
        #expect(!first && !plan.isDue(.history, at: .seconds(59)))
        #expect(plan.isDue(.history, at: .seconds(60)))
        #expect(plan.isDue(.tasks, at: .zero), "tasks leave all the same")
        let told = [86399, 86400].map { plan.putOff(.history, at: .seconds($0)) }
        #expect(told == [false, true])
        plan.done(.history, at: .seconds(86460))
        let anew = plan.putOff(.history, at: .seconds(87060))
        #expect(!anew)
    }
}
