import CairnStore
import CairnWorker
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

/// A worker on a database of its own, with a sweep as a server would run it.
struct WorkerHarness: Sendable {
    let database: TestDatabase
    let group: ServiceGroup
    let worker: Worker
    let log: CapturedLog

    /// Runs a worker beside `body`, and stops it afterwards.
    static func with<Result: Sendable>(
        handlers: [any RawStepHandler] = StockHandlers.all(), on shared: TestDatabase? = nil,
        log: CapturedLog = CapturedLog(), configure: (inout WorkerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (WorkerHarness) async throws -> Result
    ) async throws -> Result {
        guard let database = shared else {
            return try await TestDatabase.with { database in
                try await run(handlers, database, log, configure, body)
            }
        }
        return try await run(handlers, database, log, configure, body)
    }

    private static func run<Result: Sendable>(
        _ handlers: [any RawStepHandler], _ database: TestDatabase, _ log: CapturedLog,
        _ configure: (inout WorkerConfiguration) -> Void,
        _ body: @escaping @Sendable (WorkerHarness) async throws -> Result
    ) async throws -> Result {
        var configuration = WorkerConfiguration(databaseURL: database.url, namespaces: ["test"])
        configuration.drainTimeout = .seconds(5)
        // No stall of the machine outlasts it: a worker is another one only where a test brings that about.
        configuration.lease = .seconds(60)
        configure(&configuration)
        let worker = try Worker(configuration: configuration, handlers: handlers, logger: log.logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: worker, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: log.logger))
        let harness = WorkerHarness(database: database, group: group, worker: worker, log: log)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                while !Task.isCancelled {
                    _ = try? await database.store.sweep()
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            let result: Result
            do { result = try await body(harness) } catch {
                worker.stopNow()
                await group.triggerGracefulShutdown()
                tasks.cancelAll()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.next()
            tasks.cancelAll()
            return result
        }
    }

    /// Waits until a task has ended; returns its state.
    @discardableResult
    func end(of task: Int64, within limit: Duration = .seconds(20)) async throws -> String {
        try await eventually(within: limit) {
            let state = try await database.value(
                "select state::text from cairn.task_core where id = \(task)", as: String.self)
            return ["complete", "error", "cancelled", "resolved_manually"].contains(state) ? state : nil
        }
    }

    /// Waits until the worker has registered and waits for steps.
    func idle() async throws {
        _ = try await eventually {
            try await database.value(
                "select true from cairn.workers where state = 'live' and idle_since is not null", as: Bool.self)
        }
    }

    /// The result of a step's successful attempt, as jsonb writes it.
    func result(of task: Int64, _ step: Int32 = 1) async throws -> String? {
        try await database.value(
            """
            select result::text from cairn.step_attempts
            where task_id = \(task) and step_no = \(step) and outcome = 'succeeded'
            """, as: String.self)
    }

    /// Outcome and error of the attempts of a step: `permanent: code message`.
    func failures(of task: Int64, _ step: Int32 = 1) async throws -> [AttemptFailure] {
        let rows = try await database.pool.query(
            """
            select outcome::text, error ->> 'code', error ->> 'message', error::text from cairn.step_attempts
            where task_id = \(task) and step_no = \(step) and outcome <> 'succeeded' order by attempt
            """, as: (String, String, String, String).self)
        return rows.map { AttemptFailure(outcome: $0.0, code: $0.1, message: $0.2, document: $0.3) }
    }
}

/// A failed attempt as it is stored.
struct AttemptFailure: Sendable, Equatable {
    var outcome: String
    var code: String
    var message: String
    var document: String
}

/// Asks again and again until there is an answer.
func eventually<Value>(within limit: Duration = .seconds(20), _ body: () async throws -> Value?) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let value = try await body() { return value }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw TooLate()
}

/// What was waited for did not happen.
struct TooLate: Error {}
