import CairnWorker
import Synchronization

/// A handler of the name `test.run` that does what the test says.
struct ClosureHandler: RawStepHandler {
    static let name = "test.run"

    let body: @Sendable ([UInt8], StepContext) async throws -> [UInt8]

    init(_ body: @escaping @Sendable ([UInt8], StepContext) async throws -> [UInt8]) { self.body = body }

    func run(json input: [UInt8], context: StepContext) async throws -> [UInt8] { try await body(input, context) }
}

/// How often each step ran, and who waits at the gate.
final class Probe: Sendable {
    private struct State {
        var runs: [String: Int] = [:]
        var cancelled = 0
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func ran(_ context: StepContext) {
        state.withLock { $0.runs["\(context.taskID).\(context.stepNo)", default: 0] += 1 }
    }

    var runs: [String: Int] { state.withLock { $0.runs } }
    var total: Int { runs.values.reduce(0, +) }
    var cancelled: Int { state.withLock { $0.cancelled } }

    func noteCancelled() { state.withLock { $0.cancelled += 1 } }

    /// Waits until the gate is opened, whatever happens to the task.
    func gate() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
