import CairnClient
import CairnModel
import Foundation

/// The task that `up` begins with.
struct UpSample {
    let plan: UpPlan
    let output: UpOutput

    /// Submits it and shows it to its end; nil when there is none to run.
    func run(_ client: CairnClient) async throws -> TaskObject? {
        guard plan.sample != .none else { return nil }
        guard plan.workers > 0 else {
            output.skip("No sample is run: with --workers 0 nobody would run it")
            return nil
        }
        guard plan.project.namespaces.contains("reports") else {
            output.skip("No sample is run: there is no Templates/reports")
            return nil
        }
        if let obstacle = GitRepository.obstacle(at: plan.project.root) {
            output.skip("No sample is run: \(obstacle)")
            return nil
        }
        guard let task = try await submit(client) else { return nil }
        output.say(Line())
        let printer = output.printer
        let way: TaskWatcher.Way = printer.isJSON ? .silent : TaskWatcher.way(for: printer)
        let watcher = TaskWatcher(
            client: client, way: way, style: printer.style, interval: .milliseconds(100), remark: printer.remark)
        let ended = try await watcher.follow(task.id)
        output.say(Line())
        return ended
    }

    /// What the server refuses is told and left: everything else is up.
    private func submit(_ client: CairnClient) async throws -> TaskObject? {
        do {
            return try await client.submit(plan.sampleTask())
        } catch {
            guard let status = error.status, (400..<500).contains(status) else { throw error }
            let reason =
                error.code == .templateNotFound
                ? "its template, reports/repository_report, is not registered"
                : "the server refuses it: \(error.detail)"
            output.skip("No sample is run: \(reason)")
            return nil
        }
    }
}
