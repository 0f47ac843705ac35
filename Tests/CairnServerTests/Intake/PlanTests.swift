import CairnOrchestrator
import Testing

@Suite struct PlanTests {
    @Test func `a full sweep is followed at once, others after about a second`() {
        var plan = SweepPlan(limit: 10)
        #expect(plan.swept(isFull: true, jitter: 0.5).wait == .zero)
        #expect(plan.swept(isFull: false, jitter: 0).wait == .milliseconds(800))
        let longest = plan.swept(isFull: false, jitter: 1).wait
        #expect(longest > .milliseconds(1199) && longest < .milliseconds(1201))
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
