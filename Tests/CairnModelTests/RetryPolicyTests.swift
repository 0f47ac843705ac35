import CairnModel
import Testing

@Suite("A retry policy")
struct RetryPolicyTests {
    private func policy(_ backoff: Backoff, base: Int64 = 1000, max: Int64 = 300_000, jitter: Double = 0) -> RetryPolicy
    {
        RetryPolicy(
            maxAttempts: 100, backoff: backoff, base: .milliseconds(base), max: .milliseconds(max), jitter: jitter)
    }

    @Test(
        "waits as its backoff says",
        arguments: [
            (.none, [0, 0, 0, 0, 0, 0]), (.fixed, [1000, 1000, 1000, 1000, 1000, 1000]),
            (.linear, [1000, 2000, 3000, 4000, 5000, 6000]), (.exponential, [1000, 2000, 4000, 8000, 16_000, 32_000]),
            (.fibonacci, [1000, 1000, 2000, 3000, 5000, 8000]),
        ] as [(Backoff, [Int64])])
    func grows(_ backoff: Backoff, _ delays: [Int64]) {
        let policy = policy(backoff)
        #expect((1...6).map { policy.delay(afterAttempt: $0, random: 0.3).rawValue } == delays)
    }

    @Test("never waits longer than its maximum, after any attempt", arguments: Backoff.allCases)
    func isCapped(_ backoff: Backoff) {
        let policy = policy(backoff, base: 700, max: 60_000, jitter: 1)
        for attempt in 1...100 {
            for random in [0, 0.25, 0.5, 0.999_999] {
                #expect((0...60_000).contains(policy.delay(afterAttempt: attempt, random: random).rawValue))
            }
        }
        let delay = self.policy(backoff, base: 1, max: 2_592_000_000).delay(afterAttempt: 100, random: 0.5).rawValue
        #expect(delay == [.none: 0, .fixed: 1, .linear: 100][backoff] ?? 2_592_000_000)
    }

    @Test("spreads its waits evenly around the middle", arguments: [(0.0, 850), (0.5, 1000), (1.0, 1150), (0.25, 925)])
    func spreads(random: Double, delay: Int64) {
        #expect(policy(.fixed, jitter: 0.15).delay(afterAttempt: 1, random: random).rawValue == delay)
    }

    @Test("rounds half a millisecond up")
    func rounds() {
        #expect(policy(.fixed, base: 5, jitter: 0.1).delay(afterAttempt: 1, random: 0).rawValue == 5)
        #expect(policy(.fixed, base: 1, jitter: 1).delay(afterAttempt: 1, random: 0.25).rawValue == 1)
        #expect(policy(.fixed, base: 1, jitter: 1).delay(afterAttempt: 1, random: 0).rawValue == 0)
    }
}
