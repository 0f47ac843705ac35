import CairnStore
import Postgres
import TestSupport
import Testing

/// Locks that somebody takes and keeps, and who may.
@Suite struct HeldLockTests {
    /// These Cairn took itself once, and anybody who may connect can.
    @Test func `advisory locks are nobody's business`() async throws {
        try await TestDatabase.with { database in
            try await database.pool.withConnection { session in
                _ = try await session.query(
                    """
                    select pg_advisory_lock(hashtextextended(k, 0))::text
                    from unnest(array['cairn.migrate', 'cairn.history_partitions', 'cairn.template test/one']) k
                    """, as: String.self)
                try await database.pool.execute(
                    "update cairn.schema_migrations set digest = 'old' where name ~ 'claim'")
                try await database.register(echoTemplate("one", [("a", [])]))
                #expect(try await database.value("select cairn.ensure_history_partitions(6)", as: Int32.self) == 4)
                #expect(try await database.store.migrate() == ["functions/claim.sql"])
            }
        }
    }

    @Test func `a migration waits for another, and says so when it waited in vain`() async throws {
        try await TestDatabase.with { database in
            try await database.pool.execute("update cairn.schema_migrations set digest = 'old' where name ~ 'claim'")
            let migration = try await database.pool.withTransaction { session in
                _ = try await session.run(["lock table cairn.schema_migrations in share row exclusive mode"])
                let error = await #expect(throws: PostgresError.self) {
                    _ = try await database.store.migrate(patience: .seconds(1))
                }
                #expect(error?.isLockTimeout == true)
                #expect(error?.message.contains("another session has cairn.schema_migrations locked") == true)
                let waiting = Task { try await database.store.migrate() }
                try await database.somebodyWaits()
                return waiting
            }
            #expect(try await migration.value == ["functions/claim.sql"])
        }
    }

    @Test func `a migration gives up on a reader that stays, with nothing of that file done`() async throws {
        try await TestDatabase.with { database in
            try await database.pool.execute("update cairn.schema_migrations set digest = 'old' where name ~ 'claim'")
            try await database.pool.withTransaction { reader in
                _ = try await reader.query("select count(*) from cairn.tasks", as: Int64.self)
                let error = await #expect(throws: PostgresError.self) { _ = try await database.store.migrate() }
                #expect(error?.isLockTimeout == true)
                #expect(error?.message.contains("another session uses what functions/claim.sql changes") == true)
            }
            #expect(try await database.store.migrate() == ["functions/claim.sql"])
        }
    }

    @Test func `a registration that is left open makes others wait for a while, and they are told`() async throws {
        try await TestDatabase.with { database in
            let mine = echoTemplate("mine", [("a", [])], handler: "test.new")
            try await database.pool.withTransaction { session in
                try await session.execute("insert into cairn.handlers (name) values ('test.new')")
                let error = await #expect(throws: ActionDelayed.self) { try await database.register(mine) }
                #expect("\(error.map { "\($0)" } ?? "")".hasPrefix("template test/mine, or a handler that it shares"))
                // The text over SQL.
                let words = await #expect(throws: PostgresError.self) {
                    try await database.pool.execute("select cairn.begin_registration('test', array['test.new'])")
                }
                #expect(words?.isLockTimeout == true && words?.message.contains("locked by another session") == true)
                // What shares nothing with it, and what is registered already, goes on.
                try await database.register(echoTemplate("other", [("a", [])], namespace: "other"))
                #expect(
                    try await database.register(echoTemplate("other", [("a", [])], namespace: "other")).created == false
                )
            }
            #expect(try await database.register(mine).created)
        }
    }
}
