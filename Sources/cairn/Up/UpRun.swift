import CairnClient
import CairnModel
import Foundation

/// Brings everything up, keeps it, and takes it down in reverse order.
struct UpRun {
    let plan: UpPlan
    let output: UpOutput

    func run() async throws {
        guard Ports.isFree(plan.port) else {
            throw CommandError(
                .unreachable, "port_taken", "port \(plan.port) of 127.0.0.1 is taken by another program",
                do:
                    "Stop that program, or choose another port: cairn up --port \(plan.port == 65535 ? 8081 : plan.port + 1)"
            )
        }
        do {
            try FileManager.default.createDirectory(atPath: plan.project.logs, withIntermediateDirectories: true)
        } catch {
            throw CommandError(
                .failed, "directory", "\(plan.project.logs) cannot be made",
                do: "Check who owns \(plan.project.root), or use --data DIR")
        }
        let lock = try UpLock.take(plan.project.lock)
        defer { lock.release() }
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
