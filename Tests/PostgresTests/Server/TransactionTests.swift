import Postgres
import Testing

@Suite struct TransactionTests {
    @Test func `a transaction is committed when its body returns`() async throws {
        try await withPool(connections: 2) { pool in
            try await pool.execute("create table t (a int8)")
            try await pool.withTransaction { connection in
                try await connection.execute("insert into t values (1)")
                equal(try await pool.query("select count(*) from t", as: Int64.self), [0])
            }
            equal(try await pool.query("select count(*) from t", as: Int64.self), [1])
        }
    }

    @Test func `a transaction is rolled back when its body throws`() async throws {
        struct Whatever: Error {}
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (a int8)")
            await #expect(throws: Whatever.self) {
                try await pool.withTransaction { connection in
                    try await connection.execute("insert into t values (1)")
                    throw Whatever()
                }
            }
            equal(try await pool.query("select count(*) from t", as: Int64.self), [0])
        }
    }

    @Test
    func `what the commit of a single statement refuses is an error like any other, on a connection that lives on`()
        async throws
    {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (a int8 unique deferrable initially deferred)")
            let process = try await pool.queryFirst("select pg_backend_pid()", as: Int32.self)
            try await pool.withConnection { connection in
                async let first = connection.execute("insert into t values (1)")
                async let refused = failure { try await connection.execute("insert into t values (2), (2)") }
                async let last = connection.execute("insert into t values (3)")
                let error = await refused
                #expect(error?.code == .server)
                #expect(error?.sqlState == "23505")
                #expect(error?.constraint == "t_a_key")
                equal(try await first, 1)
                equal(try await last, 1)
            }
            let error = await failure {
                try await pool.batch { batch in
                    batch.add("insert into t values (4)")
                    batch.add("insert into t values (4)")
                }
            }
            #expect(error?.sqlState == "23505")
            equal(try await pool.query("select a from t order by a", as: Int64.self), [1, 3])
            equal(try await pool.queryFirst("select pg_backend_pid()", as: Int32.self), process)
        }
    }

    @Test func `a swallowed error does not pass for a commit`() async throws {
        try await withPool(connections: 1) { pool in
            let error = await failure {
                try await pool.withTransaction { _ = try? await $0.execute("select 1/0") }
            }
            #expect(error?.sqlState == "25P02")
        }
    }

    @Test func `level and access are the server's`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.withTransaction(isolation: .serializable, readOnly: true) { connection in
                let settings = try await connection.queryFirst(
                    "select current_setting('transaction_isolation'), current_setting('transaction_read_only')",
                    as: (String, String).self)
                #expect(settings?.0 == "serializable")
                #expect(settings?.1 == "on")
            }
        }
    }

    @Test func `transactions do not nest, and an empty one sends nothing`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.withConnection { connection in
                let error = await failure {
                    try await connection.withTransaction { try await $0.withTransaction { _ in } }
                }
                #expect(error?.code == .configuration)
                try await connection.withTransaction { _ in }
                equal(try await connection.withTransaction { try await $0.execute("select 1") }, 1)
            }
        }
    }

    @Test func `a script takes part in the transaction`() async throws {
        try await withPool(connections: 1) { pool in
            let error = await failure {
                try await pool.withTransaction { connection in
                    try await connection.runScript("create table t (a int8); create table u (a int8)")
                    try await connection.execute("select 1/0")
                }
            }
            #expect(error?.isDataError == true)
            equal(try await pool.query("select to_regclass('t') is null", as: Bool.self), [true])
        }
    }

    @Test func `what a holder leaves open is rolled back`() async throws {
        try await withPool(connections: 1) { pool in
            let first = try await pool.withConnection { connection in
                try await connection.execute("begin")
                try await connection.execute("create table t (a int8)")
                return connection
            }
            equal(try await pool.query("select to_regclass('t') is null", as: Bool.self), [true])
            #expect(await failure { try await first.execute("select 1") }?.code == .closed)
        }
    }
}
