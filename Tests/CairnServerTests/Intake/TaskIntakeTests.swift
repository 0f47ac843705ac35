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
        if case .created(let id)? = outcomes.first { id } else { nil }
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

    @Test func `the new tasks of one statement are looked at by one statement, and of those who are to see them only`()
        async throws
    {
        let looks = Mutex<[[Int64]]>([])
        let intake = TaskIntake(
            look: { ids in
                looks.withLock { $0.append(ids.sorted()) }
                return Dictionary(uniqueKeysWithValues: ids.map { ($0, JSONText("{\"id\":\($0)}")) })
            }, send: Self.send)
        // They wait before the intake runs, so that they go together.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let outcomes = try await intake.submit([Self.submission("100")])
                #expect(Self.id(outcomes) == 100)
            }
            for number in 0..<50 {
                group.addTask {
                    let answer = try await intake.submitAndLook([Self.submission("\(number)")])
                    #expect(Self.id(answer.outcomes) == Int64(number))
                    #expect(try answer.tasks.get()[Int64(number)]?.string == "{\"id\":\(number)}")
                }
            }
            group.addTask {
                while intake.waitingCount < 51 { await Task.yield() }
                try await intake.run()
            }
            for _ in 0..<51 { try await group.next() }
            group.cancelAll()
        }
        #expect(intake.statementCount == 1)
        #expect(looks.withLock { $0 } == [Array(0..<50)])
    }

    @Test func `who is to see a task that cannot be read hears that it is stored, and nothing is sent again`()
        async throws
    {
        let intake = TaskIntake(
            look: { _ in throw PostgresError(code: .rolledBack, message: "gone") }, send: Self.send)
        async let waiting = intake.submitAndLook([Self.submission("5")])
        let group = ServiceGroup(services: [intake], logger: Logger(label: "tests"))
        async let run: Void = group.run()
        let answer = try await waiting
        #expect(Self.id(answer.outcomes) == 5)
        #expect(throws: PostgresError.self) { try answer.tasks.get() }
        #expect(intake.statementCount == 1)
        await group.triggerGracefulShutdown()
        try await run
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
