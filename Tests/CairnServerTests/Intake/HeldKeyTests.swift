import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Postgres
import Synchronization
import TestSupport
import Testing

/// Keys of tasks that somebody's open transaction has made.
@Suite struct HeldKeyTests {
    /// An intake that counts the statements that failed for several requests at once.
    private final class World: Sendable {
        let database: TestDatabase
        private let counts = Mutex((failedTogether: 0, told: 0, submitted: 0))

        init(_ database: TestDatabase) { self.database = database }

        var failedTogether: Int { counts.withLock(\.failedTogether) }
        var told: Int { counts.withLock(\.told) }
        var submitted: Int { counts.withLock(\.submitted) }

        /// Who waits for a key waits for `longest`.
        func makeIntake(longest: Duration) -> TaskIntake {
            TaskIntake { [database] submissions, patience in
                do {
                    let timeout = patience == .short ? patience.lockTimeout : longest
                    return try await database.store.submit(submissions, lockTimeout: timeout)
                } catch {
                    if submissions.count > 1 { self.counts.withLock { $0.failedTogether += 1 } }
                    throw error
                }
            }
        }

        /// Asks for a key that is held, and is told so.
        func ask(for key: String, _ intake: TaskIntake) async throws {
            await #expect(throws: IntakeError.keyHeld) { try await intake.submit([submission(key)]) }
            counts.withLock { $0.told += 1 }
        }

        /// Submits what has nothing to do with that key.
        func submit(_ key: String? = nil, _ intake: TaskIntake) async throws {
            let outcomes = try await intake.submit([submission(key)])
            guard case .created? = outcomes.first else { throw NotCreated() }
            counts.withLock { $0.submitted += 1 }
        }
    }

    private struct NotCreated: Error {}

    private static func submission(_ key: String? = nil) -> TaskSubmission {
        TaskSubmission(
            namespace: "test", templateName: "one", options: key.map { JSONB(#"{"idempotency_key": "\#($0)"}"#) },
            key: key)
    }

    private static func with(
        longest: Duration = .milliseconds(300), _ body: @escaping @Sendable (World, TaskIntake) async throws -> Void
    ) async throws {
        try await TestDatabase.with(connections: 12) { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let world = World(database)
            let intake = world.makeIntake(longest: longest)
            try await withThrowingTaskGroup { group in
                group.addTask { try await intake.run() }
                try await body(world, intake)
                group.cancelAll()
            }
        }
    }

    @Test func `a held key that is asked for again and again makes shared statements fail once a caller at most`()
        async throws
    {
        try await Self.with { world, intake in
            try await world.database.pool.withTransaction { session in
                _ = try await session.query(
                    "select cairn.submit_task('test', 'one', options => '{\"idempotency_key\": \"held\"}')",
                    as: Int64.self)
                try await withThrowingTaskGroup { group in
                    for _ in 0..<6 {
                        group.addTask { while world.told < 30 { try await world.ask(for: "held", intake) } }
                    }
                    for number in 0..<6 {
                        group.addTask {
                            var count = 0
                            while world.told < 30 || count < 50 {
                                count += 1
                                try await world.submit(count % 2 == 0 ? nil : "\(number) \(count)", intake)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(world.failedTogether <= 6)
            #expect(world.submitted >= 300)
            let stored = try await world.database.value("select count(*) from cairn.tasks", as: Int64.self)
            #expect(stored == Int64(world.submitted) + 1)
        }
    }

    @Test(arguments: [true, false])
    func `who waits for a key gets its outcome when the transaction ends`(commits: Bool) async throws {
        try await Self.with(longest: .seconds(60)) { world, intake in
            let waiting = try await world.database.pool.withConnection { session in
                try await session.execute("begin")
                _ = try await session.query(
                    "select cairn.submit_task('test', 'one', options => '{\"idempotency_key\": \"held\"}')",
                    as: Int64.self)
                // Until it waits in the database, it may be on its way there.
                let waiting = Task { try await intake.submit([Self.submission("held")]) }
                try await world.database.somebodyWaits()
                try await session.execute(commits ? "commit" : "rollback")
                return waiting
            }
            switch try await waiting.value.first {
            case .created: #expect(!commits)
            case .refused("duplicate_task", _, _): #expect(commits)
            case let other: Issue.record("\(String(describing: other))")
            }
        }
    }

    @Test func `a table that somebody has locked is nobody's key, and is waited for`() async throws {
        try await Self.with { world, intake in
            let waiting = try await world.database.pool.withConnection { session in
                try await session.execute("begin")
                try await session.execute("lock table cairn.task_details in share mode")
                let waiting = Task { try await world.submit("a", intake) }
                // The first wait is over, and the second begins.
                try await eventually("the second statement") { intake.statementCount < 2 ? nil : () }
                try await session.execute("rollback")
                return waiting
            }
            try await waiting.value
        }
    }

    @Test func `a lock that the commit waits for in vain is no lost connection, and is waited for`() async throws {
        try await Self.with(longest: .seconds(60)) { world, intake in
            // As NOTIFY does, which takes a lock that all databases of a cluster share when a transaction commits.
            try await world.database.pool.runScript(
                """
                create function wait_at_the_commit() returns trigger language plpgsql as
                    $$ begin perform pg_advisory_xact_lock_shared(4711); return null; end $$;
                create constraint trigger wait_at_the_commit after insert on cairn.task_details
                    deferrable initially deferred for each row execute function wait_at_the_commit();
                """)
            let waiting = try await world.database.pool.withConnection { session in
                try await session.execute("begin")
                try await session.execute("select pg_advisory_xact_lock(4711)")
                let waiting = Task { try await world.submit("a", intake) }
                try await eventually("the second statement") { intake.statementCount < 2 ? nil : () }
                try await session.execute("rollback")
                return waiting
            }
            try await waiting.value
            #expect(intake.statementCount == 2)
        }
    }

    @Test func `of submissions that stand alone, only those whose key is held are not stored`() async throws {
        try await Self.with { world, intake in
            try await world.database.pool.withTransaction { session in
                _ = try await session.query(
                    "select cairn.submit_task('test', 'one', options => '{\"idempotency_key\": \"held\"}')",
                    as: Int64.self)
                let results = await intake.submitEach(["a", "held", nil, "b", "a"].map(Self.submission))
                var told: [String] = []
                for result in results {
                    switch result {
                    case .success(.created): told.append("created")
                    case .success(.refused(let code, _, _)): told.append(code)
                    case .success(.existing): told.append("existing")
                    case .failure(let error): told.append("\(error)")
                    }
                }
                // Of two with one key, either may come first.
                #expect(Set([told[0], told[4]]) == ["created", "duplicate_task"])
                #expect(told[1...3] == ["keyHeld", "created", "created"])
            }
            #expect(try await world.database.value("select count(*) from cairn.tasks", as: Int64.self) == 4)
        }
    }

    @Test func `over HTTP, a batch that may be stored in part tells it of that item`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            try await api.store.pool.withTransaction { session in
                _ = try await session.query(
                    "select cairn.submit_task('t', 'chain', options => '{\"dedup_key\": \"held\"}')", as: Int64.self)
                let items = [request(), request(#""dedup_key": "held""#), request()]
                let answer = try await api.post("/v1/tasks/batch?partial=true", "[\(items.joined(separator: ","))]")
                #expect(answer.status == 200)
                let results = try #require(try answer.json.arrayValue)
                #expect(results.map { $0["status"]?.intValue } == [201, 503, 201])
                #expect(results[1]["code"] == "database_busy")
            }
        }
    }

    @Test func `over HTTP it is a 503 that says when to try again`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            try await api.store.pool.withTransaction { session in
                _ = try await session.query(
                    "select cairn.submit_task('t', 'chain', options => '{\"dedup_key\": \"held\"}')", as: Int64.self)
                let answer = try await api.post("/v1/tasks", request(#""dedup_key": "held""#))
                #expect(answer.status == 503)
                #expect(try answer.code == "database_busy")
                #expect(answer.headers[.retryAfter] == "2")
                #expect(
                    try answer.json["detail"]?.stringValue?.hasPrefix("another transaction has a task with this key")
                        == true)
            }
        }
    }
}
