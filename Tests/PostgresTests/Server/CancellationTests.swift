import Postgres
import Testing

@Suite struct CancellationTests {
    @Test func `a cancelled statement ends at once and its connection is used again`() async throws {
        try await withPool(connections: 1) { pool in
            let process = try #require(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self))
            for _ in 0..<5 {
                let task = Task { try await pool.execute("select pg_sleep(60)") }
                try await waitUntil(process, waitsFor: "PgSleep")
                task.cancel()
                let error = await failure { _ = try await task.value }
                #expect(error?.code == .cancelled)
                #expect(error?.sqlState == "57014")
                equal(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self), process)
            }
        }
    }

    @Test func `a cancel never hits the statement after it`() async throws {
        try await withPool(connections: 1) { pool in
            for round in 0..<200 {
                let task = Task { try await pool.execute("select \(round)") }
                if round % 3 == 0 { await Task.yield() }
                task.cancel()
                let error = await failure { _ = try await task.value }
                #expect(error == nil || error?.code == .cancelled, "\(error?.description ?? "")")
                let rows = try await pool.query("select \(round)", as: Int.self)
                #expect(rows == [round])
            }
        }
    }

    @Test func `the limit of a cancel that is over is not that of the one under way`() async throws {
        let limit = Duration.seconds(3)
        try await withPool(connections: 1, configure: { $0.cancelTimeout = limit }) { pool in
            let process = try await pool.queryFirst("select pg_backend_pid()", as: Int32.self)
            let end = ContinuousClock.now + limit + .seconds(1)
            while ContinuousClock.now < end {
                let task = Task { try await pool.execute("select pg_sleep(0.01)") }
                await Task.yield()
                task.cancel()
                let error = await failure { _ = try await task.value }
                try #require(error == nil || error?.code == .cancelled, "\(error?.description ?? "")")
            }
            equal(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self), process)
        }
    }

    @Test func `neighbours on the same connection are not hit`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.withConnection { connection in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for round in 0..<100 {
                        group.addTask {
                            let rows = try await connection.query("select \(round)", as: Int.self)
                            #expect(rows == [round])
                        }
                        group.addTask {
                            let task = Task { try await connection.execute("select pg_sleep(0.001)") }
                            task.cancel()
                            _ = try? await task.value
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func `a cancelled transaction is rolled back and its connection used again`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (a int8)")
            let process = try #require(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self))
            let task = Task {
                try await pool.withTransaction { connection in
                    try await connection.execute("insert into t values (1)")
                    try await connection.execute("select pg_sleep(60)")
                }
            }
            try await waitUntil(process, waitsFor: "PgSleep")
            task.cancel()
            #expect(await failure { _ = try await task.value }?.code == .cancelled)
            equal(try await pool.query("select count(*) from t", as: Int64.self), [0])
            equal(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self), process)
        }
    }

    @Test func `a commit is not cancelled`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.runScript(
                """
                create table t (a int8);
                create function slow() returns trigger language plpgsql as
                    $$ begin perform pg_sleep(1); return null; end $$;
                create constraint trigger slow after insert on t deferrable initially deferred
                    for each row execute function slow();
                """)
            let process = try #require(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self))
            let task = Task {
                try await pool.withTransaction { try await $0.execute("insert into t values (1)") }
            }
            try await waitUntil(process, waitsFor: "PgSleep")
            task.cancel()
            equal(try await task.value, 1)
            equal(try await pool.query("select count(*) from t", as: Int64.self), [1])
        }
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (a int8)")
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await pool.execute("insert into t values (1)")
            }
            #expect(await failure { _ = try await task.value }?.code == .cancelled)
            equal(try await pool.query("select count(*) from t", as: Int64.self), [0])
        }
    }

    @Test func `a statement that will not end costs its connection`() async throws {
        try await withPool(connections: 1, configure: { $0.cancelTimeout = .milliseconds(300) }) { pool in
            try await pool.runScript(
                """
                create function stubborn() returns void language plpgsql as $$
                begin
                    loop
                        begin perform pg_sleep(1); exit; exception when query_canceled then null; end;
                    end loop;
                    perform pg_sleep(2);
                end $$;
                """)
            let process = try #require(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self))
            let task = Task { try await pool.execute("select stubborn()") }
            try await waitUntil(process, waitsFor: "PgSleep")
            task.cancel()
            #expect(await failure { _ = try await task.value }?.code == .outcomeUnknown)
            #expect(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self) != process)
        }
    }
}
