import CairnOrchestrator
import CairnStore
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import Testing

@Suite struct TaskIntakeTests {
    /// Answers each submission with the number in its name; a name that is no number is a data error.
    @Sendable private static func send(
        _ submissions: [TaskSubmission], _ patience: IntakePatience
    ) async throws -> [SubmissionOutcome] {
        await Task.yield()
        return try submissions.map { submission in
            guard let number = Int64(submission.templateName) else {
                throw PostgresError(code: .server, message: "bad", sqlState: "22000")
            }
            return .created(number)
        }
    }

    private static func submission(_ name: String) -> TaskSubmission {
        TaskSubmission(namespace: "n", templateName: name)
    }

    private static func id(_ outcomes: [SubmissionOutcome]) -> Int64? {
        if case .created(let id, _)? = outcomes.first { id } else { nil }
    }

    @Test func `each caller gets its own outcome, one bad among many harms nobody`() async throws {
        let intake = TaskIntake(send: Self.send)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await intake.run() }
            try await withThrowingTaskGroup(of: Void.self) { callers in
                for number in 0..<200 {
                    callers.addTask {
                        let name = number == 77 ? "bad" : String(number)
                        let result = await Result { try await intake.submit([Self.submission(name)]) }
                        if number == 77 {
                            #expect(throws: PostgresError.self) { try result.get() }
                        } else {
                            let id = try Self.id(result.get())
                            #expect(id == Int64(number))
                        }
                    }
                }
                try await callers.waitForAll()
            }
            group.cancelAll()
        }
    }

    @Test func `who waits together goes together, and who is to see its task is told so apart from the others`()
        async throws
    {
        let shown = Mutex<[[String]]>([])
        let intake = TaskIntake { submissions, _ in
            shown.withLock { $0.append(submissions.filter(\.isShown).map(\.templateName).sorted()) }
            return submissions.map { submission in
                let task = submission.isShown ? JSONText("{\"name\":\"\(submission.templateName)\"}") : nil
                return .created(Int64(submission.templateName) ?? 0, task: task)
            }
        }
        // They wait before the intake runs, so that they go together.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 100..<150 {
                group.addTask {
                    var submission = Self.submission("\(number)")
                    submission.isShown = number > 100
                    guard case .created(let id, let task)? = try await intake.submit([submission]).first else {
                        throw IntakeError.closed
                    }
                    #expect(id == Int64(number))
                    #expect(task?.string == (number > 100 ? "{\"name\":\"\(number)\"}" : nil))
                }
            }
            group.addTask {
                while intake.waitingCount < 50 { await Task.yield() }
                try await intake.run()
            }
            for _ in 0..<50 { try await group.next() }
            group.cancelAll()
        }
        #expect(intake.statementCount == 1)
        #expect(shown.withLock { $0 } == [(101..<150).map { "\($0)" }])
    }

    @Test func `graceful shutdown sends what waits`() async throws {
        let intake = TaskIntake(send: Self.send)
        async let waiting = intake.submit([Self.submission("5")])
        let group = ServiceGroup(services: [intake], logger: Logger(label: "tests"))
        async let run: Void = group.run()
        #expect(try await Self.id(waiting) == 5)
        await group.triggerGracefulShutdown()
        try await run
        await #expect(throws: IntakeError.closed) { try await intake.submit([Self.submission("6")]) }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
