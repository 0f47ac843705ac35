package import CairnStore
package import Logging
import ServiceLifecycle

/// Does what no worker causes: retries that are due, tasks whose time has come, workers that fell silent, attempts that
/// nobody will report, the coming weeks' partitions, and tasks and history that are kept no longer.
///
/// Any number of servers may sweep at once: each skips the rows that another one has locked.
package struct Sweeper: Service {
    private let store: Store
    private let gate: StartGate
    private let plan: SweepPlan
    private let logger: Logger
    /// How many tasks leave at once.
    private static let leavingLimit: Int32 = 500

    /// A sweeper that begins when `gate` opens.
    package init(store: Store, gate: StartGate, plan: SweepPlan = SweepPlan(), logger: Logger) {
        self.store = store
        self.gate = gate
        self.plan = plan
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
            if made > 0 { logger.debug("made partitions of the history", metadata: ["count": "\(made)"]) }
        } catch {
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
            if tasks > 0 || partition != nil {
                logger.info(
                    "let go what is kept no longer",
                    metadata: ["tasks": "\(tasks)", "partition": "\(partition ?? "none")"])
            }
            return tasks == Self.leavingLimit || partition != nil
        } catch {
            logger.warning(
                "cannot let go what is kept no longer; the next attempt is in ten minutes",
                metadata: ["error": "\(error)"])
            return false
        }
    }

    private func sweep(_ plan: inout SweepPlan, now: Duration) async -> SweepPlan.Step {
        do {
            let report = try await store.sweep(limit: plan.limit)
            if plan.partitionsAreDue(at: now) {
                await makePartitions()
                plan.partitionsDone(at: now)
            }
            if plan.retentionIsDue(at: now) { plan.retentionDone(at: now, isMoreLeft: await letGo()) }
            let step = plan.swept(isFull: report.isFull(limit: plan.limit), jitter: .random(in: 0...1))
            if step.isNews { logger.notice("the database is back: sweeping again") }
            return step
        } catch {
            let step = plan.failed()
            if step.isNews && !Task.isCancelled {
                logger.warning(
                    "cannot sweep, or not all of it; trying until it works",
                    metadata: ["error": "\(error)"])
            }
            return step
        }
    }
}
