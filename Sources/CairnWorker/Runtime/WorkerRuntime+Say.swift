import CairnModel
import CairnStore
import Foundation
import Logging

/// The worker's log: what cannot be thrown to anybody.
extension WorkerRuntime {
    /// A time that is so far away, and how far.
    private static func end(of wait: Duration) -> String {
        let end = Date.now.addingTimeInterval(Double(wait.milliseconds) / 1000)
        return "\(end.ISO8601Format()) (\(wait.text))"
    }

    /// Until when that is waited for.
    private static func until(_ wait: Duration) -> String {
        guard wait > .zero else { return "" }
        return " and have until \(end(of: wait)) to finish; then they are cancelled"
    }

    func say(_ notice: LoopNotice) {
        switch notice {
        case .databaseAway(.notMigrated, let reason):
            logger.warning("the database has no fitting Cairn schema; waiting (run `cairn migrate`): \(reason)")
        case .databaseAway(.unreachable, let reason):
            logger.warning("the database is away; trying again until it is back: \(reason)")
        case .databaseAway(.refused, let reason):
            logger.error("the database refuses this worker's calls; trying again: \(reason)")
        case .databaseAway(.locked, let reason):
            logger.warning("somebody has locked what this worker needs in the database; trying again: \(reason)")
        case .databaseBack(let after): logger.info("the database is back after \(after.text)")
        case .registered(let id): logger.info("registered", metadata: [WorkerLog.workerID: "\(id)"])
        case .gone(let id, let running):
            logger.warning(
                "the database has given this worker up; registering anew, cancelled \(running) running steps",
                metadata: [WorkerLog.workerID: "\(id)"])
        case .leaseLost(let id, let running):
            logger.warning(
                "the worker could not report itself for its whole lease; cancelled \(running) running steps",
                metadata: [WorkerLog.workerID: "\(id)"])
        case .draining(let running, let byOperator, let wait):
            let who = byOperator ? "stopping, because an operator asked for it" : "stopping"
            logger.notice(
                "\(who): no more claims, \(running) steps still run\(Self.until(running == 0 ? .zero : wait))")
        case .stopped(let key, let step):
            logger.info(
                "cancelled a step that is not wanted any more: its task is being stopped, or an operator has settled it",
                metadata: [
                    WorkerLog.taskID: "\(key.taskID)", WorkerLog.stepName: "\(step)",
                    WorkerLog.attempt: "\(key.attempt)",
                ])
        case .drainWaits(let task, let others, let wait):
            let (which, them) = others > 0 ? ("a task (and \(others) more)", "them") : ("a task", "it")
            logger.warning(
                "stopping: nothing runs any more, but \(which) is locked by another session of the database; what the steps of \(them) came to can be reported until \(Self.end(of: wait)), then they run again",
                metadata: [WorkerLog.taskID: "\(task)"])
        case .drainTimedOut(let running):
            logger.warning("stopping: cancelled \(running) steps that did not finish in time")
        case .resultRefused(let key, let reason):
            logger.warning(
                "the database cannot store a result: \(reason)",
                metadata: [WorkerLog.taskID: "\(key.taskID)", WorkerLog.attempt: "\(key.attempt)"])
        case .settlementDropped(let key, let reason):
            logger.error(
                "the database takes no outcome of a step; it is left to the step's timeout: \(reason)",
                metadata: [WorkerLog.taskID: "\(key.taskID)", WorkerLog.attempt: "\(key.attempt)"])
        case .locked(let task, let others):
            let more = others > 0 ? " (and \(others) more)" : ""
            logger.warning(
                "a task\(more) is locked by another session of the database; what its steps came to is reported as soon as it can be",
                metadata: [WorkerLog.taskID: "\(task)"])
        case .unlocked: logger.info("what could not be reported of locked tasks is reported now")
        case .lockedOut(let count):
            logger.error("\(count) results of locked tasks are lost with the lease; their steps will run again")
        case .refused(let count): logger.debug("\(count) results came too late and had no effect")
        case .orphans(let count): logger.info("handing back \(count) claimed steps whose message got lost")
        case .leftUnsettled(let count):
            logger.error(
                "stopped without having reported everything; \(count) results are lost, their steps will run again")
        }
    }
}
