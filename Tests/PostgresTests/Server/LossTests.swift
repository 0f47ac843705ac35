import EmbeddedPostgres
import Glibc
import Postgres
import TestSupport
import Testing

/// The server's process is killed in each phase of a connection's life.
@Suite struct LossTests {
    private func process(_ pool: PostgresPool) async throws -> Int32 {
        try #require(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self))
    }

    @Test func `idle: the pool notices, and opens another when asked`() async throws {
        try await withPool(connections: 1) { pool in
            let first = try await process(pool)
            try await kill(first)
            try await eventually { pool.status.idle == 0 }
            #expect(try await process(pool) != first)
        }
    }

    @Test func `idle on a lease: nothing was sent`() async throws {
        try await withPool(connections: 1) { pool in
            let error = await failure {
                try await pool.withConnection { connection in
                    try await kill(connection.processID)
                    try await connection.execute("select 1")
                }
            }
            #expect(error?.code == .notSent)
            #expect(error?.sqlState == "57P01")
            equal(try await pool.query("select 1", as: Int32.self), [1])
        }
    }

    @Test func `others wait for the lease: they get a new connection`() async throws {
        try await withPool(connections: 1) { pool in
            try await withThrowingTaskGroup(of: [Int32].self) { group in
                try await pool.withConnection { connection in
                    for _ in 0..<5 { group.addTask { try await pool.query("select 1", as: Int32.self) } }
                    try await eventually { pool.status.waiting == 5 }
                    try await kill(connection.processID)
                }
                for try await rows in group { #expect(rows == [1]) }
            }
        }
    }

    @Test func `in flight: the outcome is unknown`() async throws {
        try await withPool(connections: 1) { pool in
            let first = try await process(pool)
            let task = Task { try await pool.execute("select pg_sleep(60)") }
            try await waitUntil(first, waitsFor: "PgSleep")
            try await kill(first)
            let error = await failure { _ = try await task.value }
            #expect(error?.code == .outcomeUnknown)
            #expect(error?.sqlState == "57P01")
            #expect(error?.isConnectionLost == true)
            #expect(try await process(pool) != first)
        }
    }

    @Test func `in a transaction: it is rolled back for sure`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (a int8)")
            let first = try await process(pool)
            let task = Task {
                try await pool.withTransaction { connection in
                    try await connection.execute("insert into t values (1)")
                    try await connection.execute("select pg_sleep(60)")
                }
            }
            try await waitUntil(first, waitsFor: "PgSleep")
            try await kill(first)
            #expect(await failure { _ = try await task.value }?.code == .rolledBack)
            equal(try await pool.query("select count(*) from t", as: Int64.self), [0])
        }
    }

    @Test func `between statements of a transaction: nothing more is sent`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (a int8)")
            let error = await failure {
                try await pool.withTransaction { connection in
                    try await connection.execute("insert into t values (1)")
                    try await kill(connection.processID)
                    try await connection.execute("insert into t values (2)")
                }
            }
            #expect(error?.code == .notSent)
            equal(try await pool.query("select count(*) from t", as: Int64.self), [0])
        }
    }

    @Test(arguments: [true, false])
    func `at the commit, explicit or not: the outcome is unknown`(isExplicit: Bool) async throws {
        try await withPool(connections: 1) { pool in
            try await pool.runScript(
                """
                create table t (a int8);
                create function slow() returns trigger language plpgsql as
                    $$ begin perform pg_sleep(60); return null; end $$;
                create constraint trigger slow after insert on t deferrable initially deferred
                    for each row execute function slow();
                """)
            let first = try await process(pool)
            let task = Task {
                if isExplicit {
                    try await pool.withTransaction { try await $0.execute("insert into t values (1)") }
                } else {
                    try await pool.execute("insert into t values (1)")
                }
            }
            try await waitUntil(first, waitsFor: "PgSleep")
            try await kill(first)
            #expect(await failure { _ = try await task.value }?.code == .outcomeUnknown)
            #expect(try await process(pool) != first)
        }
    }

    @Test func `in flight, without a word from the server: the outcome is unknown`() async throws {
        var own = EmbeddedPostgres(
            dataDirectory: "/tmp/cairn-tests-loss-\(getpid())", settings: ["fsync": "off", "autovacuum": "off"])
        own.isTemporary = true
        let server = try await own.start()
        let pool = PostgresPool(configuration: try PostgresConfiguration(url: server.url))
        let watcher = PostgresPool(configuration: try PostgresConfiguration(url: server.url))
        for sql in ["select pg_sleep(60)", "select pg_sleep(60), 1"] {
            let first = try await process(pool)
            let watching = try await process(watcher)
            let task = Task { try await pool.execute(PostgresQuery(unescaped: sql)) }
            try await eventually {
                try await watcher.queryFirst(
                    "select wait_event from pg_stat_activity where pid = \(first)", as: String?.self) == "PgSleep"
            }
            #expect(Glibc.kill(first, SIGKILL) == 0)
            #expect(await failure { _ = try await task.value }?.code == .outcomeUnknown)
            // A backend that is killed takes the others with it; the next round is the new ones'.
            try await eventually { (try? await process(watcher)).map { $0 != watching } ?? false }
            try await eventually { (try? await process(pool)) != nil }
        }
        await watcher.close()
        await pool.close()
        await server.stop()
    }

    @Test func `in a script: the outcome is unknown`() async throws {
        try await withPool(connections: 1) { pool in
            let first = try await process(pool)
            let task = Task { try await pool.runScript("select 1; select pg_sleep(60)") }
            try await waitUntil(first, waitsFor: "PgSleep")
            try await kill(first)
            let error = await failure { _ = try await task.value }
            #expect(error?.code == .outcomeUnknown, "\(String(describing: error))")
        }
    }

    @Test func `under load: every task ends, and the pool recovers`() async throws {
        try await withPool(connections: 4) { pool in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        for _ in 0..<100 {
                            let error = await failure { _ = try await pool.query("select 1", as: Int32.self) }
                            #expect(error == nil || error?.isConnectionLost == true, "\(error?.description ?? "")")
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<10 {
                        try? await TestCluster.shared.withAdministrator { admin in
                            let name = pool.configuration.databaseName ?? ""
                            try await admin.execute(
                                "select pg_terminate_backend(pid) from pg_stat_activity where datname = \(name)")
                        }
                    }
                }
            }
            try await eventually { (try? await pool.query("select 1", as: Int32.self)) == [1] }
        }
    }
}
