import Postgres
import Testing

@Suite struct PoolTests {
    @Test func `waiters are served in the order they came`() async throws {
        try await withPool(connections: 1) { pool in
            let order = Shared<[Int]>([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await pool.withConnection { _ in
                    for number in 0..<20 {
                        group.addTask {
                            try await pool.withConnection { _ in order.change { $0.append(number) } }
                        }
                        try await eventually { pool.status.waiting == number + 1 }
                    }
                }
                try await group.waitForAll()
            }
            #expect(order.value == Array(0..<20))
        }
    }

    @Test func `an exhausted pool says so after the timeout`() async throws {
        try await withPool(connections: 1, configure: { $0.acquireTimeout = .seconds(2) }) { pool in
            try await pool.withConnection { connection in
                let error = await failure { try await pool.execute("select 1") }
                #expect(error?.code == .acquireTimeout)
                equal(try await connection.query("select 1", as: Int32.self), [1])
            }
            #expect(pool.status.idle == 1)
            #expect(pool.status.waiting == 0)
        }
    }

    @Test func `no more connections are opened than allowed`() async throws {
        try await withPool(connections: 3) { pool in
            try await withThrowingTaskGroup(of: Int32?.self) { group in
                for _ in 0..<60 {
                    group.addTask {
                        try await pool.queryFirst("select pg_backend_pid() from pg_sleep(0.002)", as: Int32.self)
                    }
                }
                let processes = try await group.reduce(into: Set<Int32?>()) { $0.insert($1) }
                #expect(processes.count <= 3)
            }
        }
    }

    @Test func `whoever is cancelled while waiting sends nothing and leaves the line`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (a int8)")
            try await pool.withConnection { connection in
                let task = Task { try await pool.execute("insert into t values (1)") }
                try await eventually { pool.status.waiting == 1 }
                task.cancel()
                #expect(await failure { _ = try await task.value }?.code == .cancelled)
                #expect(pool.status.waiting == 0)
                equal(try await connection.query("select count(*) from t", as: Int64.self), [0])
            }
        }
    }

    @Test func `closing waits for what is lent out and refuses the rest`() async throws {
        let released = Shared(false)
        try await withPool(connections: 1) { pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await pool.withConnection { connection in
                    group.addTask {
                        await pool.close()
                        #expect(released.value)
                    }
                    try await eventually { await failure { try await pool.execute("select 1") }?.code == .closed }
                    _ = try await connection.query("select 1", as: Int32.self)
                    released.change { $0 = true }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a server that is not there is an error, not a wait`() async throws {
        let pool = PostgresPool(configuration: try PostgresConfiguration(url: "postgresql:///x?host=/nowhere"))
        let error = await failure { try await pool.execute("select 1") }
        #expect(error?.code == .notSent)
        #expect(error?.isConnectionLost == true)
        await pool.close()
    }

    @Test func `settings, name and statement timeout reach the server`() async throws {
        try await withPool(
            connections: 1,
            configure: {
                $0.applicationName = "a test"
                $0.settings = ["search_path": "one, \"two three\\\"", "work_mem": "5MB"]
                $0.statementTimeout = .seconds(2)
            }
        ) { pool in
            func setting(_ name: String) async throws -> String? {
                try await pool.queryFirst("select current_setting(\(name))", as: String.self)
            }
            equal(try await setting("search_path"), "one, \"two three\\\"")
            equal(try await setting("work_mem"), "5MB")
            equal(try await setting("application_name"), "a test")
            let error = await failure { try await pool.execute("select pg_sleep(60)") }
            #expect(error?.code == .server)
            #expect(error?.sqlState == "57014")
        }
    }
}
