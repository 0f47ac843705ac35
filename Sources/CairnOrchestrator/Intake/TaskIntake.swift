package import CairnStore
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// The way in for tasks: submits of concurrent callers share statements and commits.
///
/// ```
///  submit ──► queue ──► statements of many, two at a time ──► commit ──► each caller's own outcomes
///    │          ▲           │            │ one of them makes it fail
///    │          └─ gathers ─┘            ▼
///    └── key found held ──► alone, two at a time ──► waits for its key, two at a time ──► keyHeld
/// ```
///
/// A caller hears of its outcome only after the commit. Submissions of one caller's group stand or fall together; those
/// of different callers have nothing to do with each other, not even when one of them makes the statement fail, or has
/// a key that somebody's open transaction holds.
package final class TaskIntake: Sendable {
    typealias Reply = CheckedContinuation<[SubmissionOutcome], any Error>
    /// Sends one statement.
    package typealias Send = @Sendable ([TaskSubmission], IntakePatience) async throws -> [SubmissionOutcome]

    private let send: Send
    private let state: Mutex<IntakeState<Reply>>
    private let statements = Atomic(0)
    private let wakeUps: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation
    private let start = ContinuousClock.now

    /// An intake into a store.
    package convenience init(store: Store, limits: IntakeLimits = IntakeLimits()) {
        self.init(limits: limits) { try await store.submit($0, lockTimeout: $1.lockTimeout) }
    }

    /// An intake that sends by any means.
    package init(limits: IntakeLimits = IntakeLimits(), send: @escaping Send) {
        self.send = send
        state = Mutex(IntakeState(limits: limits))
        (wakeUps, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How many statements have been sent.
    package var statementCount: Int { statements.load(ordering: .relaxed) }

    /// How many requests wait to be sent.
    package var waitingCount: Int { state.withLock { $0.waitingCount } }

    /// Submits tasks and returns what became of them, in their order, after the commit.
    ///
    /// Once taken, a request is carried out even if the caller is cancelled meanwhile.
    /// - Throws: ``IntakeError`` when the request was not taken, or its key is held; otherwise what `Store.submit`
    ///   throws.
    package func submit(_ submissions: [TaskSubmission]) async throws -> [SubmissionOutcome] {
        try await answer(to: submissions)
    }

    /// Submits tasks that stand alone, whatever their groups, and returns what became of each, in their order.
    ///
    /// They go as one request. When a key of one of them is held, which is not waited for here, they go by halves, one
    /// after the other, so that the others are stored: no more of them at a time than were taken.
    package func submitEach(_ submissions: [TaskSubmission]) async -> [Result<SubmissionOutcome, any Error>] {
        var submissions = submissions
        for index in submissions.indices { submissions[index].group = Int32(index) }
        var results = submissions.map { _ in Result<SubmissionOutcome, any Error>.failure(IntakeError.keyHeld) }
        var rest = [submissions.indices]
        var heldCount = 0
        while let range = rest.popLast(), heldCount < Self.mostHeld {
            do {
                let outcomes = try await answer(to: Array(submissions[range]), waitsForKeys: false)
                results.replaceSubrange(range, with: outcomes.map { .success($0) })
            } catch IntakeError.keyHeld {
                heldCount += 1
                let middle = range.lowerBound + range.count / 2
                if range.count > 1 { rest += [middle..<range.upperBound, range.lowerBound..<middle] }
            } catch {
                results.replaceSubrange(range, with: range.map { _ in .failure(error) })
            }
        }
        return results
    }

    /// How often a key may be found held before the rest counts as held: each time takes a moment of waiting.
    private static let mostHeld = 60

    private func answer(
        to submissions: [TaskSubmission], waitsForKeys: Bool = true
    ) async throws -> [SubmissionOutcome] {
        try await withCheckedThrowingContinuation { reply in
            let request = IntakeRequest(submissions, waitsForKeys: waitsForKeys, reply: reply)
            switch state.withLock({ $0.add(request, at: now) }) {
            case .wait: break
            case .start: wakeUp.yield()
            case .refuse: reply.resume(throwing: IntakeError.overloaded)
            case .closed: reply.resume(throwing: IntakeError.closed)
            }
        }
    }

    private var now: Duration { start.duration(to: .now) }
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
        await withDiscardingTaskGroup { group in
            var iterator = wakeUps.makeAsyncIterator()
            while !Task.isCancelled {
                switch state.withLock({ $0.next() }) {
                case .send(let statement):
                    group.addTask {
                        await self.carryOut(statement)
                        self.wakeUp.yield()
                    }
                case .wait: if await iterator.next() == nil { return }
                case .finish: return
                }
            }
        }
    }

    private func carryOut(_ statement: IntakeStatement<Reply>) async {
        let end = await send(statement.requests, statement.patience)
        for request in state.withLock({ $0.ended(statement, end, at: now) }) {
            request.reply.resume(throwing: IntakeError.keyHeld)
        }
    }

    private func send(
        _ requests: [IntakeRequest<Reply>], _ patience: IntakePatience
    ) async -> IntakeStatement<Reply>.End {
        var patience = patience
        for attempt in 1... {
            do {
                statements.add(1, ordering: .relaxed)
                reply(try await send(requests.gathered(), patience), to: requests)
                return .answered
            } catch {
                switch IntakeRetry(after: error, attempt: attempt, patience: patience, requests: requests.count) {
                case .again: continue
                case .patiently: patience = .long
                case .keyHeld: return .keyHeld
                case .apart: return .apart
                case .giveUp:
                    for request in requests { request.reply.resume(throwing: error) }
                    return .failed
                }
            }
        }
        return .failed
    }

    private func reply(_ outcomes: [SubmissionOutcome], to requests: [IntakeRequest<Reply>]) {
        var rest = outcomes[...]
        for request in requests {
            request.reply.resume(returning: Array(rest.prefix(request.submissions.count)))
            rest = rest.dropFirst(request.submissions.count)
        }
    }
}
