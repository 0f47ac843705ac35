import CairnModel
import CairnStore
import EmbeddedPostgres
import Postgres
import TestSupport
import Testing

/// What a role must not do is tried.
@Suite("A database role", .serialized) struct RoleTests {
    /// A database with the roles, and a store that connects as a member of one of them.
    private func with(
        _ role: String, _ body: (_ owner: TestDatabase, _ member: Store, _ name: String) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            try await database.store.createRoles()
            let name = "member_of_\(role)"
            try await database.pool.runScript(
                """
                do $$ begin create role \(name) login in role \(role); exception when duplicate_object then null; end $$
                """)
            let url = database.url.replacing("user=\(EmbeddedPostgres.user)", with: "user=\(name)")
            let configuration = try Store.configuration(url: url, applicationName: "member")
            let pool = PostgresPool(configuration: configuration)
            do {
                try await body(database, Store(pool: pool), name)
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    /// The SQLSTATE of the refusal; nil when it went through.
    private func refusal(_ store: Store, _ sql: String) async throws -> String? {
        do {
            _ = try await store.pool.runScript(sql)
            return nil
        } catch let error as PostgresError {
            return error.sqlState
        }
    }

    @Test(
        "no role can keep others from migrating, registering or making partitions",
        arguments: [
            "cairn_server", "cairn_worker", "cairn_auditor",
        ])
    func locks(role: String) async throws {
        try await with(role) { _, member, _ in
            for statement in [
                "lock table cairn.schema_migrations in share update exclusive mode",
                "lock table cairn.task_history in share update exclusive mode",
                "select from cairn.namespaces for no key update",
            ] {
                let refusal = try await refusal(member, "begin; \(statement); commit")
                #expect(refusal == "42501", "\(statement)")
            }
        }
    }

    private func registration(_ namespaces: [String]) -> WorkerRegistration {
        WorkerRegistration(
            name: "test", host: "test", processID: 1, version: "test", namespaces: namespaces, handlers: ["cairn.echo"],
            concurrency: 10)
    }

    @Test("cairn_worker works for the namespaces it was granted, and can do nothing else")
    func worker() async throws {
        try await with("cairn_worker") { database, member, name in
            try await database.register(echoTemplate("one", [("a", [])]))
            let id = try await database.submit("one")
            await #expect(throws: CairnError.self) { try await member.registerWorker(registration(["test"])) }
            _ = try await database.pool.query(
                "select cairn.grant_namespace(\(name), 'test', 'ada', 'hired')::text", as: String.self)
            await #expect(throws: CairnError.self) { try await member.registerWorker(registration(["test", "other"])) }
            let worker = try await member.registerWorker(registration(["test"]))
            let claimed = try await member.exchange(ExchangeRequest(workerID: worker.id, want: 1)).claimed
            let settled = try await member.exchange(
                ExchangeRequest(
                    workerID: worker.id,
                    settlements: claimed.map {
                        Settlement(
                            taskID: $0.taskID, stepNo: $0.stepNo, attempt: $0.attempt, outcome: .succeeded,
                            payload: JSONB("1"))
                    }, want: 0))
            #expect(claimed.count == 1 && settled.refused.isEmpty)
            #expect(try await database.value("select state::text from cairn.tasks where id = \(id)") == "complete")
            for sql in [
                "select * from cairn.tasks", "select * from cairn.step_core", "select * from cairn.workers",
                "update cairn.step_core set state = 'complete'", "delete from cairn.task_history",
                "insert into cairn.namespace_grants values ('member_of_cairn_worker', 'other', now(), 'me')",
                "select cairn.cancel_task(1, 'me', 'why')", "select cairn.submit_task('test', 'one')",
                "select cairn.sweep()", "select cairn.grant_namespace('member_of_cairn_worker', 'other', 'me', 'why')",
                "select cairn.advance_tasks('{1}', now())", "select cairn.begin_action('x', 'me', 'why')",
                "select cairn.set_hash_chain(false, 'me', 'why')", "create table cairn.mine (n integer)",
            ] { #expect(try await refusal(member, sql) == "42501", "\(sql)") }
        }
    }

    @Test("cairn_worker cannot speak for another worker, however it comes by its number")
    func otherWorker() async throws {
        try await with("cairn_worker") { database, member, name in
            try await database.register(echoTemplate("one", [("a", [])]))
            let id = try await database.submit("one")
            let other = try await database.worker()
            let claimed = try await database.store.exchange(ExchangeRequest(workerID: other, want: 1)).claimed[0]
            let settlement = Settlement(
                taskID: claimed.taskID, stepNo: claimed.stepNo, attempt: claimed.attempt, outcome: .succeeded,
                payload: JSONB(#"{"forged":true}"#))
            #expect(
                try await member.exchange(ExchangeRequest(workerID: other, settlements: [settlement], want: 5)).isGone)
            #expect(try await member.heartbeat(workerID: other, draining: true).state == .gone)
            // What another worker runs cannot be found out by asking whether it is still wanted.
            let unwanted = try await member.pool.queryFirst(
                """
                select cardinality(unwanted_tasks) from cairn.heartbeat(
                  \(other), false, array[\(id), \(id)], array[1, 1], array[1, 2]::smallint[], gen_random_uuid())
                """, as: Int32.self)
            #expect(unwanted == 2)
            try await member.deregisterWorker(other)
            #expect(try await member.heldSteps(workerID: other).isEmpty)
            #expect(try await member.workerTemplate(workerID: other, templateID: claimed.templateID).isEmpty)
            #expect(try await database.value("select state from cairn.workers where id = \(other)") == "live")
            #expect(
                try await database.value("select state::text from cairn.steps where task_id = \(id)") == "in_progress")
        }
    }

    @Test(
        "cairn_worker cannot keep others waiting: no lease that never ends, no lock of a task it holds nothing of, no error of any size"
    )
    func nuisance() async throws {
        try await with("cairn_worker") { database, member, name in
            try await database.register(echoTemplate("one", [("a", [])]))
            let id = try await database.submit("one")
            _ = try await database.pool.query(
                "select cairn.grant_namespace(\(name), 'test', 'ada', 'hired')::text", as: String.self)
            // Months and days that offset each other: an hour when compared, thousands of years when subtracted.
            for (lease, concurrency, title) in [
                ("8333 years 4 mons -3000000 days 01:00", 1, "n"), ("1 hour", 0, "n"),
                ("1 hour", 1, String(repeating: "n", count: 501)),
            ] {
                let error = await #expect(throws: PostgresError.self) {
                    try await member.pool.execute(
                        """
                        select cairn.register_worker(
                          \(title), 'h', 1, '1', '{test}', '{cairn.echo}', \(Int32(concurrency)), false,
                          \(lease)::text::interval)
                        """)
                }
                #expect(error?.sqlState == "CN400", "\(String(describing: error))")
            }
            let worker = try await member.registerWorker(registration(["test"]))
            let token = try #require(member.token(of: worker.id))
            let settling: PostgresQuery = """
                select kind from cairn.exchange(
                  \(worker.id), array[\(id)], array[1], array[1]::smallint[], '{retryable}', array[jsonb_build_object(
                    'message', repeat('x', 100000))], array[null]::bigint[], 0, p_token => \(token))
                """
            let tooLarge = await #expect(throws: PostgresError.self) { try await member.pool.execute(settling) }
            #expect(tooLarge?.sqlState == "CN400")
            try await member.pool.withTransaction { connection in
                let kinds = try await connection.query(
                    """
                    select kind from cairn.exchange(
                      \(worker.id), array[\(id)], array[1], array[1]::smallint[], '{succeeded}', '{1}',
                      array[null]::bigint[], 0, p_token => \(token))
                    """, as: String.self)
                #expect(kinds == ["refused"])
                // An operator does not wait for this transaction.
                try await database.pool.execute("set lock_timeout = '5s'")
                #expect(try await database.value("select cairn.cancel_task(\(id), 'ada', 'why')") == "cancelled")
            }
        }
    }

    @Test("cairn_worker cannot set the clock, nor sign as an operator")
    func clock() async throws {
        try await with("cairn_worker") { database, member, name in
            try await database.register(echoTemplate("one", [("a", [])]))
            _ = try await database.submit("one")
            _ = try await database.pool.query(
                "select cairn.grant_namespace(\(name), 'test', 'ada', 'hired')::text", as: String.self)
            let worker = try await member.registerWorker(registration(["test"]))
            for setting in ["cairn.clock_offset = '10 years'", "cairn.actor = 'ada'", "cairn.reason = 'forged'"] {
                try await database.pool.runScript("alter role \(name) set \(setting)")
            }
            let url = database.url.replacing("user=\(EmbeddedPostgres.user)", with: "user=\(name)")
            let configuration = try Store.configuration(url: url, applicationName: "member")
            let pool = PostgresPool(configuration: configuration)
            let kinds = try await pool.query(
                """
                select kind from cairn.exchange(
                  \(worker.id), '{}', '{}', '{}', '{}', '{}', '{}', 5, p_token => \(member.token(of: worker.id)))
                """, as: String.self)
            await pool.close()
            try await database.pool.runScript("alter role \(name) reset all")
            #expect(kinds == ["claimed"])
            let row = try await database.value(
                """
                select (at < now() + interval '1 day') || ' ' || coalesce(actor, 'nobody') from cairn.step_history
                where event = 'start'
                """, as: String.self)
            #expect(row == "true nobody")
        }
    }

    @Test("cairn_auditor reads everything but payloads, and those when they are granted")
    func auditor() async throws {
        try await with("cairn_auditor") { database, member, name in
            try await database.register(echoTemplate("one", [("a", [])]))
            let id = try await database.submit(
                "one", context: #"{"card":"4111"}"#,
                options: #"{"callback_url":"https://hooks.example.com/4111"}"#)
            let worker = try await database.worker()
            let claimed = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            _ = try await database.store.exchange(
                ExchangeRequest(
                    workerID: worker,
                    settlements: [
                        Settlement(
                            taskID: id, stepNo: 1, attempt: claimed.attempt, outcome: .permanent,
                            payload: JSONB(#"{"code":"declined","message":"card 4111 was declined"}"#))
                    ], want: 0))
            for view in [
                "tasks", "steps", "attempts", "task_history", "step_history", "operator_actions", "namespaces",
                "templates",
            ] {
                let rows = try await member.pool.query(
                    "select v::text from cairn.\(unescaped: view) v", as: String.self)
                #expect(!rows.contains { $0.contains("4111") }, "\(view)")
                if view != "operator_actions" { #expect(!rows.isEmpty, "\(view)") }
            }
            #expect(
                try await member.pool.queryFirst("select error ->> 'code' from cairn.steps", as: String.self)
                    == "declined")
            for sql in [
                "select * from cairn.task_details", "select * from cairn.step_attempts",
                "select snapshot from cairn.dead_letters",
                "select token from cairn.workers", "select url from cairn.hooks",
                "update cairn.namespaces set paused_at = now()", "select cairn.cancel_task(1, 'me', 'why')",
                "select cairn.register_worker('w', 'h', 1, '1', '{test}', '{cairn.echo}', 1)",
            ] { #expect(try await refusal(member, sql) == "42501", "\(sql)") }
            #expect(try await refusal(member, "select * from cairn.explain_task(\(id))") == nil)
            #expect(try await refusal(member, "select * from cairn.verify_history(\(id))") == nil)
            try await database.pool.runScript("grant select on cairn.task_details to \(name)")
            #expect(
                try await member.pool.queryFirst("select context ->> 'card' from cairn.tasks", as: String.self)
                    == "4111")
        }
    }

    @Test("cairn_server can do what servers do, and changes no row by hand")
    func server() async throws {
        try await with("cairn_server") { database, member, _ in
            try await database.register(echoTemplate("one", [("a", [])]))
            let outcome = try await member.submit([TaskSubmission(namespace: "test", templateName: "one")])
            #expect(outcome.count == 1)
            _ = try await member.sweep()
            _ = try await member.ensureHistoryPartitions()
            _ = try await member.workers()
            #expect(try await refusal(member, "select cairn.cancel_task(1, 'ada', 'why')") == nil)
            for sql in [
                "update cairn.task_core set priority = 1", "delete from cairn.step_history", "truncate cairn.hooks",
                "select cairn.set_hash_chain(false, 'me', 'why')",
            ] { #expect(try await refusal(member, sql) == "42501", "\(sql)") }
        }
    }

    @Test("that is none of Cairn's can call nothing")
    func stranger() async throws {
        try await TestDatabase.with { database in
            let open = try await database.pool.query(
                """
                select p.oid::regprocedure::text from pg_proc p
                where p.pronamespace = 'cairn'::regnamespace and has_function_privilege('public', p.oid, 'execute')
                """, as: String.self)
            #expect(open == [])
        }
    }
}
