import CairnClient
import CairnModel
import Foundation

/// The task that `up` begins with.
struct UpSample {
    let plan: UpPlan
    let output: UpOutput

    /// Submits it and shows it to its end; nil when there is none to run.
    func run(_ client: CairnClient) async throws -> TaskObject? {
        guard plan.sample != .none, plan.workers > 0 else { return nil }
        guard plan.project.namespaces.contains("reports") else {
            output.skip("No sample is run: there is no Templates/reports")
            return nil
        }
        guard plan.project.isRepository else {
            output.skip("No sample is run: \(plan.project.root) is no git repository to report on")
            return nil
        }
        let task = try await client.submit(plan.sampleTask)
        output.say(Line())
        let printer = output.printer
        let way: TaskWatcher.Way = printer.isJSON ? .silent : TaskWatcher.way(for: printer)
        let watcher = TaskWatcher(
            client: client, way: way, style: printer.style, interval: .milliseconds(100), remark: printer.remark)
        let ended = try await watcher.follow(task.id)
        output.say(Line())
        return ended
    }
}
