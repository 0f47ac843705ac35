import CairnModel
import CairnStore
import EmbeddedPostgres
import Foundation
import Postgres
import TestSupport
import Testing

/// A commit that hangs in another database of the cluster, with the lock that NOTIFY takes until a commit is through.
@Suite(.timeLimit(.minutes(2))) struct HangingCommitTests {
    @Test func `who would notify is told that it cannot be committed, not that its task is locked`() async throws {
        var own = EmbeddedPostgres(
            dataDirectory: "/tmp/cairn-tests-hanging-\(getpid())",
            settings: ["fsync": "off", "synchronous_standby_names": "ghost", "synchronous_commit": "local"])
        own.isTemporary = true
        let server = try await own.start()
        let other = PostgresPool(configuration: try PostgresConfiguration(url: server.url(database: "postgres")))
        try await other.execute("create database tests")
        let url = server.url(database: "tests")
        var configuration = try Store.configuration(url: url, applicationName: "tests")
        configuration.settings["lock_timeout"] = "1s"
        let pool = PostgresPool(configuration: configuration)
        let database = TestDatabase(url: url, store: Store(pool: pool))
        _ = try await database.store.migrate()
        try await database.register(echoTemplate("one", [("a", [])]))
        let task = try await database.submit("one", options: #"{"run_at":"2200-01-01T00:00:00Z"}"#)
        #expect(try await database.store.sweepNeeds(inspects: false).isUnderWay == false)
        let action = OperatorAction(WhoAndWhy(by: "ada", reason: "why"), address: nil)

        // No standby is called ghost: this waits for one.
        let hanging = Task {
            try await other.withConnection { session in
                try await session.execute("set synchronous_commit = on")
                try await session.execute("begin")
                try await session.execute("notify anything")
                try await session.execute("create table anything ()")
                try await session.execute("commit")
            }
        }
        func hangs() async throws -> Int32? {
            try await pool.queryFirst("select pid from pg_stat_activity where wait_event = 'SyncRep'", as: Int32.self)
        }
        let deadline = ContinuousClock.now + .seconds(60)
        while try await hangs() == nil { try #require(ContinuousClock.now < deadline) }
        let error = await #expect(throws: ActionDelayed.self) { try await database.store.cancelTask(task, action) }
        #expect(error?.reason == .uncommitted && error?.subject == "task \(task)")

        let process = try #require(try await hangs())
        try await pool.execute("select pg_cancel_backend(\(process))")
        try await hanging.value
        _ = try await database.store.cancelTask(task, action)
        await pool.close()
        await other.close()
        await server.stop()
    }
}
