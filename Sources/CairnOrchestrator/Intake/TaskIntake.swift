package import CairnStore
import Logging
import ServiceLifecycle
import Synchronization

/// The way in for tasks: submits of concurrent callers share statements and commits.
///
/// ```
///  submit ──► queue ──► one statement at a time ──► commit ──► each caller's own outcomes
///               ▲              │
///               └── gathers ───┘ while one is in flight
/// ```
///
/// A caller hears of its outcome only after the commit. Submissions of one caller's group stand or fall together; those
/// of different callers have nothing to do with each other, not even when one of them makes the statement fail.
package final class TaskIntake: Sendable {
    typealias Reply = CheckedContinuation<[SubmissionOutcome], any Error>

    private let send: @Sendable ([TaskSubmission]) async throws -> [SubmissionOutcome]
    private let state: Mutex<IntakeState<Reply>>
    private let statements = Atomic(0)
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// An intake into a store.
    package convenience init(store: Store, limits: IntakeLimits = IntakeLimits()) {
        self.init(limits: limits) { try await store.submit($0) }
    }

    /// An intake that sends by any means.
    package init(
        limits: IntakeLimits = IntakeLimits(),
        send: @escaping @Sendable ([TaskSubmission]) async throws -> [SubmissionOutcome]
    ) {
        self.send = send
        state = Mutex(IntakeState(limits: limits))
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How many statements have been sent.
    package var statementCount: Int { statements.load(ordering: .relaxed) }

    /// Submits tasks and returns what became of them, in their order, after the commit.
    ///
    /// Once taken, a request is carried out even if the caller is cancelled meanwhile.
    /// - Throws: ``IntakeError`` when the request was not taken; otherwise what `Store.submit` throws.
    package func submit(_ submissions: [TaskSubmission]) async throws -> [SubmissionOutcome] {
        try await withCheckedThrowingContinuation { reply in
            switch state.withLock({ $0.add(IntakeRequest(submissions, reply: reply)) }) {
            case .wait: break
            case .start: wakeUp.yield()
            case .refuse: reply.resume(throwing: IntakeError.overloaded)
            case .closed: reply.resume(throwing: IntakeError.closed)
            }
        }
    }
}

extension TaskIntake: Service {
    /// Sends until graceful shutdown, and then what is still waiting.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await sendAll()
        } onGracefulShutdown: {
            self.state.withLock { $0.close() }
            self.wakeUp.yield()
        }
        // Not empty only when this task was cancelled: the deadline of the shutdown has passed.
        for request in state.withLock({ $0.abandon() }) { request.reply.resume(throwing: IntakeError.closed) }
    }

    private func sendAll() async {
        var iterator = wakeUps.makeAsyncIterator()
        while !Task.isCancelled {
            switch state.withLock({ $0.next() }) {
            case .send(let requests): await send(requests)
            case .wait: if await iterator.next() == nil { return }
            case .finish: return
            }
        }
    }

    private func send(_ requests: [IntakeRequest<Reply>]) async {
        for attempt in 1... {
            do {
                statements.add(1, ordering: .relaxed)
                let outcomes = try await send(requests.gathered())
                return reply(outcomes, to: requests)
            } catch {
                switch IntakeRetry(after: error, attempt: attempt, requests: requests.count) {
                case .again: continue
                case .oneByOne:
                    for request in requests { await send([request]) }
                case .giveUp:
                    for request in requests { request.reply.resume(throwing: error) }
                }
                return
            }
        }
    }

    private func reply(_ outcomes: [SubmissionOutcome], to requests: [IntakeRequest<Reply>]) {
        var rest = outcomes[...]
        for request in requests {
            request.reply.resume(returning: Array(rest.prefix(request.submissions.count)))
            rest = rest.dropFirst(request.submissions.count)
        }
    }
}
