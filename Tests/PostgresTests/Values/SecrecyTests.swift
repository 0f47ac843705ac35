import Postgres
import Testing

@Suite struct SecrecyTests {
    @Test func `binds are not printed`() {
        let query: PostgresQuery = "select \("s3cret"), \(42)"
        var dumped = ""
        dump(query, to: &dumped)
        for text in ["\(query)", String(reflecting: query), dumped, "\(query.binds)", String(reflecting: query.binds)] {
            #expect(!text.contains("s3cret"))
        }
        #expect(query.sql == "select $1, $2")
    }

    @Test func `the password is not printed`() throws {
        let configuration = try PostgresConfiguration(url: "postgresql://me:s3cret@host:1/db")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("s3cret"))
            #expect(text.contains("me@host:1/db"))
        }
    }

    @Test func `an unreadable URL is not repeated`() async {
        let error = await failure { _ = try PostgresConfiguration(url: "postgresql://me:s3cret@[host/db") }
        #expect(error?.code == .configuration)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test(
        arguments: [
            "select \("s3cret")::int4", "select \("s3cret")::jsonb", "insert into t values (\("s3cret"))",
            "insert into t select \("s3cret") from generate_series(1, 2)", "select \("s3cret")::mood",
        ] as [PostgresQuery])
    func `an error of the server does not show binds`(query: PostgresQuery) async throws {
        try await withPool(connections: 1) { pool in
            try await pool.execute("create table t (x text primary key check (x <> 's3cret'))")
            try await pool.execute("create type mood as enum ('happy')")
            let error = try #require(await failure { try await pool.execute(query) })
            var dumped = ""
            dump(error, to: &dumped)
            for text in ["\(error)", String(reflecting: error), dumped] { #expect(!text.contains("s3cret")) }
        }
    }
}
