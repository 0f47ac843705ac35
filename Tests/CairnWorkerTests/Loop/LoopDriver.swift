import Postgres

@testable import CairnStore
@testable import CairnWorker

/// Drives an ``ExchangeLoop`` by hand: time stands still unless told, and actions are collected.
struct LoopDriver {
    var loop: ExchangeLoop
    var now: Duration = .zero
    var actions: [LoopAction] = []
    /// Whether handlers that start together have had their turn at once.
    var gathersAtOnce = true

    init(concurrency: Int = 10, pollOnly: Bool = false, poll: Duration = .seconds(1), drain: Duration = .seconds(30)) {
        loop = ExchangeLoop(
            concurrency: concurrency, pollOnly: pollOnly, pollInterval: poll, drainTimeout: drain,
            patience: .seconds(2))
    }

    /// A loop that has registered worker 7 and has sent its first exchange.
    static func live(concurrency: Int = 10, pollOnly: Bool = false, drain: Duration = .seconds(30)) -> LoopDriver {
        var driver = LoopDriver(concurrency: concurrency, pollOnly: pollOnly, drain: drain)
        driver.step()
        driver.loop.registered(workerID: 7, lease: .seconds(9), now: driver.now)
        driver.step()
        return driver
    }

    /// Takes all actions there are now.
    @discardableResult
    mutating func step() -> [LoopAction] {
        var taken: [LoopAction] = []
        while let action = loop.next(now: now) {
            taken.append(action)
            if case .gather = action, gathersAtOnce { loop.gathered() }
        }
        actions += taken
        return taken
    }

    @discardableResult
    mutating func advance(_ duration: Duration) -> [LoopAction] {
        now += duration
        return step()
    }

    /// Answers the exchange in flight with claims of these tasks.
    @discardableResult
    mutating func answer(
        _ tasks: [Int64] = [], refused: Int = 0, locked: [Int64] = [], isGone: Bool = false,
        timeout: Duration = .seconds(60)
    ) -> [LoopAction] {
        loop.exchanged(
            claims: tasks.map { Self.claim($0, timeout: timeout) }, refused: refused,
            locked: Set(locked.map { AttemptKey(taskID: $0, stepNo: 1, attempt: 1) }), isGone: isGone, now: now)
        return step()
    }

    @discardableResult
    mutating func fail(_ failure: CallFailure) -> [LoopAction] {
        loop.failed(failure, now: now, random: 0)
        return step()
    }

    @discardableResult
    mutating func end(_ run: UInt64, _ outcome: StepOutcome = .succeeded(Array("1".utf8))) -> [LoopAction] {
        loop.ended(RunID(number: run), outcome, now: now)
        return step()
    }

    @discardableResult
    mutating func beat(_ state: WorkerState?, unwanted: [AttemptKey] = []) -> [LoopAction] {
        let reply = state.map { HeartbeatReply(state: $0, unwanted: unwanted) }
        loop.beat(reply, workerID: loop.workerID, sentAt: now, now: now)
        return step()
    }

    static func claim(_ task: Int64, rank: Int16 = 0, timeout: Duration = .seconds(60), step: Int32 = 1) -> Claim {
        Claim(
            taskID: task, stepNo: step, attempt: 1, namespaceID: 1, rank: rank, timeout: timeout, job: .example)
    }
}

extension [LoopAction] {
    var exchanges: [ExchangeRequest] { compactMap { if case .exchange(let request) = $0 { request } else { nil } } }
    var starts: Int { count { if case .start = $0 { true } else { false } } }
    var cancels: [UInt64] { compactMap { if case .cancel(let id) = $0 { id.number } else { nil } } }
    var notices: [LoopNotice] { compactMap { if case .say(let notice) = $0 { notice } else { nil } } }
    var registers: Int { count { if case .register = $0 { true } else { false } } }
    var deregisters: Int { count { if case .deregister = $0 { true } else { false } } }
    var audits: Int { count { if case .audit = $0 { true } else { false } } }
    var beats: [Bool] { compactMap { if case .heartbeat(_, let draining, _, _) = $0 { draining } else { nil } } }
    /// The tasks whose attempts each heartbeat names.
    var reported: [[Int64]] {
        compactMap { if case .heartbeat(_, _, let running, _) = $0 { running.map(\.taskID).sorted() } else { nil } }
    }
    /// The steps whose outcome cannot be reported, as each heartbeat names them: `1.2` is step 2 of task 1.
    var reporting: [[String]] {
        compactMap { action in
            guard case .heartbeat(_, _, _, let reporting) = action else { return nil }
            return reporting.map { "\($0.taskID).\($0.stepNo)" }.sorted()
        }
    }
    var gathers: Int { count { if case .gather = $0 { true } else { false } } }
    var abandons: Int { count { if case .abandonCall = $0 { true } else { false } } }
}

extension StepJob {
    /// A job that nobody runs.
    static let example = example(handler: "test.run")

    static func example(handler: String, input: [UInt8]? = nil) -> StepJob {
        StepJob(
            claimed: ClaimedStep(
                taskID: 1, stepNo: 1, attempt: 1, namespaceID: 1, rank: 0, templateID: 1, isReadable: true,
                input: input.map { JSONB(bytes: $0) }, context: nil,
                results: JSONB("{}"), headers: JSONB("{}"), correlationID: nil, errors: JSONB("{}"), maxAttempts: 3),
            step: WorkerTemplateStep(
                namespace: "test", templateName: "t", templateVersion: "1.0.0", stepNo: 1, name: "a", handler: handler,
                config: JSONB("{}"), timeoutMilliseconds: 1000, maxAttempts: 3, hasInput: false))
    }
}
