/// When the sweeper does what, as a value. Times are those of any one clock.
package struct SweepPlan: Sendable {
    /// How many rows of a kind one sweep takes.
    package let limit: Int32
    private let interval: Duration
    private let partitionInterval: Duration
    private let retentionInterval: Duration
    private var sincePartitions: Duration?
    private var sinceRetention: Duration?
    private var outage = OutageState()

    /// A plan: a sweep each `interval`; partitions each `partitionInterval`, and what is kept no longer each
    /// `retentionInterval`, both at the start as well.
    package init(
        limit: Int32 = 1000, interval: Duration = .seconds(1), partitionInterval: Duration = .seconds(3600),
        retentionInterval: Duration = .seconds(600)
    ) {
        self.limit = limit
        self.interval = interval
        self.partitionInterval = partitionInterval
        self.retentionInterval = retentionInterval
    }

    /// Whether the coming weeks' partitions are to be looked after; `now` counts from any fixed moment.
    package func partitionsAreDue(at now: Duration) -> Bool {
        sincePartitions.map { now - $0 >= partitionInterval } ?? true
    }

    /// Partitions were looked after.
    package mutating func partitionsDone(at now: Duration) { sincePartitions = now }

    /// Whether it is time to let go what is kept no longer.
    package func retentionIsDue(at now: Duration) -> Bool {
        sinceRetention.map { now - $0 >= retentionInterval } ?? true
    }

    /// Something was let go. While more is left, the next part is due with the next sweep: never so much at once that
    /// timers would have to wait.
    package mutating func retentionDone(at now: Duration, isMoreLeft: Bool) {
        sinceRetention = isMoreLeft ? nil : now
    }

    /// What follows a sweep.
    package struct Step: Sendable, Hashable {
        /// How long to wait before the next.
        package let wait: Duration
        /// Whether an outage began or ended with this sweep.
        package let isNews: Bool
    }

    /// A sweep came through: the next follows at once if it was full. `jitter` is from 0 to 1.
    package mutating func swept(isFull: Bool, jitter: Double) -> Step {
        let isNews = outage.succeeded()
        if isFull { return Step(wait: .zero, isNews: isNews) }
        return Step(wait: interval * (0.8 + 0.4 * jitter), isNews: isNews)
    }

    /// A sweep failed.
    package mutating func failed() -> Step {
        let isNews = outage.failed()
        return Step(wait: outage.delay, isNews: isNews)
    }
}
