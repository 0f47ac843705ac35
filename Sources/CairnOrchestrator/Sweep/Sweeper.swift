package import CairnStore
package import Logging
import Postgres
import ServiceLifecycle

/// Does what no worker causes: retries that are due, tasks whose time has come, workers that fell silent, attempts that
/// nobody will report, the coming weeks' partitions, and tasks and history that are kept no longer.
///
/// Any number of servers may sweep at once: each skips the rows that another one has locked.
package struct Sweeper: Service {
    private let store: Store
    private let gate: StartGate
    private let plan: SweepPlan
    private let troubles: Troubles
    private let logger: Logger
    /// How many tasks leave at once.
    private static let leavingLimit: Int32 = 500

    /// A sweeper that begins when `gate` opens; what it cannot do, it notes in `troubles`.
    package init(
        store: Store, gate: StartGate, plan: SweepPlan = SweepPlan(), troubles: Troubles = Troubles(), logger: Logger
    ) {
        self.store = store
        self.gate = gate
        self.plan = plan
        self.troubles = troubles
        self.logger = logger
    }

    /// Sweeps until graceful shutdown.
    package func run() async throws {
        guard await gate.wait() else { return }
        var plan = plan
        let clock = ContinuousClock()
        let start = clock.now
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            let step = await sweep(&plan, now: clock.now - start)
            if step.wait > .zero {
                try? await cancelWhenGracefulShutdown { try await clock.sleep(for: step.wait) }
            }
        }
    }

    /// The coming weeks' partitions: made weeks ahead, so that one who is in the way for a while costs nothing.
    private func makePartitions() async {
        do {
            let made = try await store.ensureHistoryPartitions()
            troubles.succeeded(.partitions)
            if made > 0 { logger.debug("made partitions of the history", metadata: ["count": "\(made)"]) }
        } catch {
            troubles.failed(.partitions, error)
            logger.warning(
                "cannot make the history's next partitions; the next attempt is in an hour",
                metadata: ["error": "\(error)"])
        }
    }

    /// Lets some of what is kept no longer go; true when more is left.
    private func letGo() async -> Bool {
        do {
            let tasks = try await store.removeExpiredTasks(limit: Self.leavingLimit)
            let partition = try await store.dropExpiredPartition()
            troubles.succeeded(.retention)
            if tasks > 0 || partition != nil {
                logger.info(
                    "let go what is kept no longer",
                    metadata: ["tasks": "\(tasks)", "partition": "\(partition ?? "none")"])
            }
            return tasks == Self.leavingLimit || partition != nil
        } catch {
            troubles.failed(.retention, error)
            logger.warning(
                "cannot let go what is kept no longer; the next attempt is in ten minutes",
                metadata: ["error": "\(error)"])
            return false
        }
    }

    private func sweep(_ plan: inout SweepPlan, now: Duration) async -> SweepPlan.Step {
        let step: SweepPlan.Step
        do {
            let report = try await store.sweep(limit: plan.limit)
            troubles.succeeded(.sweep)
            step = plan.swept(isFull: report.isFull(limit: plan.limit), jitter: .random(in: 0...1))
            if step.isNews { logger.notice("sweeping works again") }
        } catch {
            if Task.isCancelled { return plan.failed() }
            troubles.failed(.sweep, error)
            step = plan.failed()
            if step.isNews {
                logger.warning(
                    "cannot sweep, or not all of it; trying until it works",
                    metadata: ["error": "\(error)"])
            }
            // A part that fails leaves the rest to be done. A database that is away is asked no more.
            guard (error as? PostgresError)?.code == .server else { return step }
        }
        await doSeldom(&plan, now: now)
        return step
    }

    private func doSeldom(_ plan: inout SweepPlan, now: Duration) async {
        if plan.partitionsAreDue(at: now) {
            await makePartitions()
            plan.partitionsDone(at: now)
        }
        if plan.retentionIsDue(at: now) { plan.retentionDone(at: now, isMoreLeft: await letGo()) }
    }
}
