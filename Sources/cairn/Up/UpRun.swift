import CairnClient
import CairnModel
import Foundation

/// Brings everything up, keeps it, and takes it down in reverse order.
struct UpRun {
    let plan: UpPlan
    let output: UpOutput

    func run() async throws {
        // First: whoever runs already has the port as well, and perhaps under another user.
        if let other = UpLock.holder(of: plan.project.lock) { throw other.refusal }
        try DataFolder(project: plan.project).prepare()
        let lock = try UpLock.take(plan.project.lock)
        defer { lock.release() }
        try Ports.check(plan.port, besides: plan.shopPort)
        let stack = UpStack(output: output)
        let signals = Signals.stream()

        let session = Task { try await UpSession(plan: plan, output: output, stack: stack, lock: lock).run() }
        let guardian = Task {
            var count = 0
            for await _ in signals {
                count += 1
                if count == 1 {
                    session.cancel()
                } else {
                    stack.killAll()
                    output.say(Line("Stopped hard", .yellow))
                    // What is left ends by itself, as the pipes to it end with this program.
                    try? await Task.sleep(for: .milliseconds(200))
                    exit(130)
                }
            }
        }
        let result = await session.result
        let isInterrupted = session.isCancelled
        // Ctrl-C has left its `^C` on the line.
        if isInterrupted, Terminal.isInteractive { Streams.line("") }
        if isInterrupted { output.say(Line("Stopping; Ctrl-C again stops hard", .dim)) }
        await stack.takeDown()
        guardian.cancel()
        // Whoever asked for the end gets it as a success.
        if isInterrupted, plan.sample != .only { return }
        try result.get()
    }
}
