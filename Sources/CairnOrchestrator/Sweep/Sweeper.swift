package import CairnStore
package import Logging
import Postgres
import ServiceLifecycle

/// Does what no worker causes: retries that are due, tasks whose time has come, workers that fell silent, attempts that
/// nobody will report, the coming weeks' partitions, and tasks and history that are kept no longer.
///
/// Each time it asks by one statement what is due, and does that alone. It does so each second while anything is under
/// way; otherwise when the next thing is due that the database knows of, seldom, and when it is notified that somebody has
/// brought something.
///
/// Any number of servers may sweep at once: each skips the rows that another one has locked.
package struct Sweeper: Service {
    private let store: Store
    private let gate: StartGate
    private let plan: SweepPlan
    private let troubles: Troubles
    private let bells: Bells
    private let logger: Logger

    /// A sweeper that begins when `gate` opens; what it cannot do, it notes in `troubles`. It hears the sweep's bell of
    /// `bells`, and rings the hooks' when hooks are due.
    package init(
        store: Store, gate: StartGate, plan: SweepPlan = SweepPlan(), troubles: Troubles = Troubles(),
        bells: Bells = Bells(),
        logger: Logger
    ) {
        self.store = store
        self.gate = gate
        self.plan = plan
        self.troubles = troubles
        self.bells = bells
        self.logger = logger
    }

    private static let crowding = Duration.milliseconds(50)

    /// Sweeps until graceful shutdown, and then says that it is idle no longer, so that nobody notifies it.
    package func run() async throws {
        guard await gate.wait() else { return }
        let isIdle = await sweepUntilShutdown()
        // Apart, for this task may have been cancelled.
        if isIdle { await Task { try? await store.noteIdleness(false) }.value }
    }

    /// Returns whether there was nothing to do at the end.
    private func sweepUntilShutdown() async -> Bool {
        var isIdle = false
        var plan = plan
        let clock = ContinuousClock()
        let start = clock.now
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            let step = await sweep(&plan, now: clock.now - start)
            isIdle = step.isIdle
            if step.isIdle {
                await cancelWhenGracefulShutdown {
                    await bells.sweep.wait(for: step.wait)
                    // Notifications come in crowds, and each of these asks for no more than one sweep.
                    try? await clock.sleep(for: Self.crowding)
                }
            } else if step.wait > .zero {
                try? await cancelWhenGracefulShutdown { try await clock.sleep(for: step.wait) }
            }
        }
        return isIdle
    }

    private func sweep(_ plan: inout SweepPlan, now: Duration) async -> SweepPlan.Step {
        let step: SweepPlan.Step
        do {
            let (needs, isFull) = try await sweepWhatIsDue(&plan, now: now)
            troubles.succeeded(.sweep)
            step = plan.swept(isFull: isFull, needs: needs, jitter: .random(in: 0...1))
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
        return plan.hurried(step, at: now)
    }

    /// What was due, and whether a part took as much as it may. When the database cannot say what is due, everything is
    /// tried all the same.
    private func sweepWhatIsDue(_ plan: inout SweepPlan, now: Duration) async throws -> (SweepNeeds, isFull: Bool) {
        let needs: SweepNeeds
        var failure: (any Error)?
        do {
            needs = try await store.sweepNeeds(inspects: plan.inspects(at: now))
        } catch let error as PostgresError where error.code == .server {
            needs = .unknown
            failure = error
        }
        if needs.hooksAreDue { bells.hooks.ring() }
        if needs.parts.isEmpty { return (needs, false) }
        let report = try await store.sweep(limit: plan.limit, parts: needs.parts)
        if let failure { throw failure }
        return (needs, report.isFull(limit: plan.limit))
    }

    private func doSeldom(_ plan: inout SweepPlan, now: Duration) async {
        let leavingLimit = plan.leavingLimit
        // Made weeks ahead, so that one who is in the way for a while costs nothing.
        await attend(to: .partitions, &plan, now: now) {
            let made = try await store.ensureHistoryPartitions()
            if made > 0 { logger.debug("made partitions of the history", metadata: ["count": "\(made)"]) }
            return false
        }
        await attend(to: .tasks, &plan, now: now) {
            let tasks = try await store.removeExpiredTasks(limit: leavingLimit)
            if tasks > 0 { logger.info("let go tasks that are kept no longer", metadata: ["count": "\(tasks)"]) }
            return tasks == leavingLimit
        }
        await attend(to: .history, &plan, now: now) {
            if let partition = try await store.dropExpiredPartition() {
                logger.info("let go history that is kept no longer", metadata: ["partition": "\(partition)"])
                return true
            }
            // Whom no history names any more.
            let workers = try await store.removeEndedWorkers(limit: leavingLimit)
            if workers > 0 { logger.info("let go workers that have ended", metadata: ["count": "\(workers)"]) }
            return workers == leavingLimit
        }
    }

    /// Does a chore when it is due; `work` says whether more of it is left. What one chore cannot do keeps no other from
    /// being done.
    private func attend(
        to chore: SweepPlan.Chore, _ plan: inout SweepPlan, now: Duration, _ work: () async throws -> Bool
    ) async {
        guard plan.isDue(chore, at: now) else { return }
        do {
            let isMoreLeft = try await work()
            troubles.succeeded(chore.duty)
            plan.done(chore, at: now, isMoreLeft: isMoreLeft)
        } catch {
            if (error as? PostgresError)?.isLockTimeout == true {
                // Whoever reads the history for long, as pg_dump does, harms nothing.
                guard plan.putOff(chore, at: now) else {
                    logger.debug("somebody is in the way", metadata: ["duty": "\(chore)", "error": "\(error)"])
                    return
                }
            } else {
                plan.done(chore, at: now)
            }
            troubles.failed(chore.duty, error)
            logger.warning("\(chore.failure)", metadata: ["error": "\(error)"])
        }
    }
}

extension SweepPlan.Chore {
    fileprivate var duty: Troubles.Duty {
        switch self {
        case .partitions: .partitions
        case .tasks: .retention
        case .history: .history
        }
    }

    fileprivate var failure: String {
        switch self {
        case .partitions: "cannot make the history's next partitions; trying again within the hour"
        case .tasks: "cannot let go tasks that are kept no longer; trying again within ten minutes"
        case .history: "cannot let go history that is kept no longer; trying again within ten minutes"
        }
    }
}
