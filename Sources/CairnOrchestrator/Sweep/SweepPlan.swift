package import CairnStore

/// When the sweeper does what, as a value. Times are those of any one clock.
package struct SweepPlan: Sendable {
    /// What is done only now and then.
    package enum Chore: Sendable, Hashable {
        /// The coming weeks' partitions are made.
        case partitions
        /// Tasks that are kept no longer leave.
        case tasks
        /// Weeks of the history that are kept no longer leave.
        case history
    }

    /// How many rows of a kind one sweep takes.
    package let limit: Int32
    /// How many tasks leave at once.
    package let leavingLimit: Int32
    private let interval: Duration
    /// The longest wait when nothing is under way. Whoever brings something notifies; what is missed waits for so long.
    private let idleInterval: Duration
    private let inspectionInterval: Duration
    private let partitionInterval: Duration
    private let retentionInterval: Duration
    /// How soon a chore is tried again when somebody was in the way: each try makes others wait behind it for a moment.
    private static let putOffInterval = Duration.seconds(60)
    /// For how long somebody may be in the way before it is worth telling. Partitions are made weeks ahead.
    private static let patience = Duration.seconds(86400)
    private var due: [Chore: Duration] = [:]
    private var putOffSince: [Chore: Duration] = [:]
    private var outage = OutageState()
    private var nextInspection: Duration = .zero
    /// The last wait, when nothing was under way.
    private var idleWait: Duration?

    /// A plan: a sweep each `interval`, and seldomer and seldomer, down to each `idleInterval`, while nothing is under way;
    /// a walk over unfinished tasks each `inspectionInterval`; partitions each `partitionInterval`, and what is kept no longer each
    /// `retentionInterval`, both at the start as well.
    package init(
        limit: Int32 = 1000, leavingLimit: Int32 = 500, interval: Duration = .seconds(1),
        idleInterval: Duration = .seconds(10), inspectionInterval: Duration = .seconds(10),
        partitionInterval: Duration = .seconds(3600), retentionInterval: Duration = .seconds(600)
    ) {
        self.limit = limit
        self.leavingLimit = leavingLimit
        self.interval = interval
        self.idleInterval = idleInterval
        self.inspectionInterval = inspectionInterval
        self.partitionInterval = partitionInterval
        self.retentionInterval = retentionInterval
    }

    /// Whether it is time for a chore; `now` counts from any fixed moment.
    package func isDue(_ chore: Chore, at now: Duration) -> Bool { due[chore].map { now >= $0 } ?? true }

    /// A chore was done, or could not be. While more of it is left, the next part is due with the next sweep: never so
    /// much at once that timers would have to wait.
    package mutating func done(_ chore: Chore, at now: Duration, isMoreLeft: Bool = false) {
        putOffSince[chore] = nil
        due[chore] = isMoreLeft ? nil : now + (chore == .partitions ? partitionInterval : retentionInterval)
    }

    /// Somebody was in the way of a chore, such as a long reader: it is due again soon. True when that has been so for
    /// a day.
    package mutating func putOff(_ chore: Chore, at now: Duration) -> Bool {
        let since = putOffSince[chore] ?? now
        putOffSince[chore] = since
        due[chore] = now + Self.putOffInterval
        return now - since >= Self.patience
    }

    /// The step, sooner if there is more to do of a chore.
    package func hurried(_ step: Step, at now: Duration) -> Step {
        guard step.isIdle, [.partitions, .tasks, .history].contains(where: { isDue($0, at: now) }) else { return step }
        return Step(wait: min(step.wait, interval), isNews: step.isNews, isIdle: true)
    }

    /// Whether it is time to begin a walk over the unfinished tasks; it is not again for a while then.
    package mutating func inspects(at now: Duration) -> Bool {
        guard now >= nextInspection else { return false }
        nextInspection = now + inspectionInterval
        return true
    }

    /// What follows a sweep.
    package struct Step: Sendable, Hashable {
        /// How long to wait before the next.
        package let wait: Duration
        /// Whether an outage began or ended with this sweep.
        package let isNews: Bool
        /// Whether nothing is under way, so that whoever is notified need not wait.
        package let isIdle: Bool
    }

    /// A sweep came through, of what was needed: the next follows at once if it was full, and when something is due if
    /// nothing is under way. `jitter` is from 0 to 1.
    package mutating func swept(
        isFull: Bool, needs: SweepNeeds = SweepNeeds(isUnderWay: true), jitter: Double
    ) -> Step {
        let isNews = outage.succeeded()
        let idle = idleWait.map { min($0 * 2, idleInterval) } ?? interval
        idleWait = isFull || needs.isUnderWay ? nil : idle
        if isFull { return Step(wait: .zero, isNews: isNews, isIdle: false) }
        let wait = (idleWait ?? interval) * (0.8 + 0.4 * jitter)
        guard idleWait != nil else { return Step(wait: wait, isNews: isNews, isIdle: false) }
        return Step(wait: min(wait, needs.next ?? wait), isNews: isNews, isIdle: true)
    }

    /// A sweep failed.
    package mutating func failed() -> Step {
        let isNews = outage.failed()
        idleWait = nil
        return Step(wait: outage.delay, isNews: isNews, isIdle: false)
    }
}
