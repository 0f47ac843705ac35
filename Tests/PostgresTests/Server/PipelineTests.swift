import Postgres
import Testing

@Suite struct PipelineTests {
    @Test func `one statement's error leaves its neighbours in the pipeline alone`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.withConnection { connection in
                let outcomes = await withTaskGroup(of: (Int, Int64?).self) { group in
                    for number in 0..<50 {
                        group.addTask {
                            let divisor = Int64(number % 5)
                            let value = try? await connection.queryFirst("select 100 / \(divisor)", as: Int64.self)
                            return (number, value)
                        }
                    }
                    return await group.reduce(into: [Int: Int64?]()) { $0[$1.0] = $1.1 }
                }
                for number in 0..<50 {
                    #expect(outcomes[number] == .some(number % 5 == 0 ? nil : Int64(100 / (number % 5))))
                }
            }
        }
    }

    @Test func `a batch is one transaction`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (x int8 primary key)")
            let results = try await pool.batch { batch in
                for number in 0..<100 { batch.add("insert into t values (\(number))") }
                batch.add("select count(*) from t")
            }
            #expect(try results[100].rows(as: Int64.self) == [100])
            let error = await failure {
                try await pool.batch { batch in
                    batch.add("insert into t values (100)")
                    batch.add("insert into t values (100)")
                }
            }
            #expect(error?.sqlState == "23505")
            #expect(error?.constraint == "t_pkey")
            equal(try await pool.query("select count(*) from t", as: Int64.self), [100])
        }
    }

    @Test func `eight megabytes go both ways at once`() async throws {
        try await withPool(connections: 1) { pool in
            let bytes = [UInt8](repeating: 65, count: 8 << 20)
            let results = try await pool.batch { batch in
                batch.add("select repeat('x', 8388608)")
                batch.add("select \(bytes)")
                batch.add("select length(\(bytes))")
            }
            #expect(try results[0].rows(as: String.self).first?.utf8.count == 8 << 20)
            #expect(try results[1].rows(as: [UInt8].self) == [bytes])
            #expect(try results[2].rows(as: Int64.self) == [8 << 20])
        }
    }

    @Test func `a statement is prepared anew when the table under it changes`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.runScript("create table t (a int8); insert into t values (1)")
            equal(try await pool.queryFirst("select * from t", as: Int64.self), 1)
            try await pool.execute("alter table t alter column a type text")
            equal(try await pool.queryFirst("select * from t", as: String.self), "1")
            try await pool.execute("deallocate all")
            equal(try await pool.queryFirst("select * from t", as: String.self), "1")
        }
    }

    @Test func `inside a transaction a stale statement fails, and the next transaction succeeds`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (a int8)")
            _ = try await pool.query("select * from t", as: Int64.self)
            try await pool.execute("alter table t add column b int8")
            let error = await failure {
                try await pool.withTransaction { _ = try await $0.query("select * from t", as: (Int64, Int64).self) }
            }
            #expect(error?.sqlState == "0A000")
            try await pool.withTransaction { _ = try await $0.query("select * from t", as: (Int64, Int64).self) }
        }
    }

    @Test func `more statements than the cache holds are all run`() async throws {
        try await withPool(connections: 1, configure: { $0.statementCacheCapacity = 3 }) { pool in
            for round in 0..<3 {
                for number in 0..<10 {
                    let query: PostgresQuery = "select \(unescaped: "\(number)") + \(round)"
                    equal(try await pool.query(query, as: Int64.self), [Int64(number + round)])
                }
            }
            let prepared = try await pool.queryFirst("select count(*) from pg_prepared_statements", as: Int64.self)
            #expect((prepared ?? 0) <= 4)
        }
    }

    @Test func `COPY costs the connection, not the pool`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (a int8)")
            let error = await failure { try await pool.execute("copy t from stdin") }
            #expect(error?.code == .outcomeUnknown || error?.code == .unsupported)
            equal(try await pool.query("select 1", as: Int32.self), [1])
        }
    }

    @Test func `too many parameters are refused before anything is sent`() async throws {
        try await withPool(connections: 1) { pool in
            var binds = PostgresBinds()
            for number in 0..<65_536 { binds.append(number) }
            let query = PostgresQuery(unescaped: "select 1", binds: binds)
            #expect(await failure { try await pool.execute(query) }?.code == .configuration)
            equal(try await pool.query("select 1", as: Int32.self), [1])
        }
    }

    @Test func `a script runs statement after statement, and fails as one`() async throws {
        try await withPool(connections: 1) { pool in
            try await pool.withConnection { connection in
                try await connection.runScript("create table t (a int8); insert into t values (1), (2);")
                let error = await failure { try await connection.runScript("insert into t values (3); selekt;") }
                #expect(error?.sqlState == "42601")
                #expect(error?.position == 27)
                equal(try await connection.query("select count(*) from t", as: Int64.self), [2])
            }
        }
    }
}
