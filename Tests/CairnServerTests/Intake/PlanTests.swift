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
        #expect(plan.partitionsAreDue(at: .zero))
        plan.partitionsDone(at: .zero)
        #expect(!plan.partitionsAreDue(at: .seconds(3599)))
        #expect(plan.partitionsAreDue(at: .seconds(3600)))
    }

    @Test func `what is kept no longer is looked for every ten minutes, and with every sweep while more is left`() {
        var plan = SweepPlan()
        #expect(plan.retentionIsDue(at: .zero))
        plan.retentionDone(at: .zero, isMoreLeft: true)
        #expect(plan.retentionIsDue(at: .seconds(1)))
        plan.retentionDone(at: .seconds(1), isMoreLeft: false)
        #expect(!plan.retentionIsDue(at: .seconds(600)))
        #expect(plan.retentionIsDue(at: .seconds(601)))
    }
}
