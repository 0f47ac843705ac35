import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

@Suite struct MigrationTests {
    private func withEmpty(_ body: (Store) async throws -> Void) async throws {
        let url = try await TestCluster.shared.database(named: "empty")
        let store = Store(pool: PostgresPool(configuration: try Store.configuration(url: url, applicationName: "test")))
        do {
            try await body(store)
            await store.pool.close()
        } catch {
            await store.pool.close()
            throw error
        }
    }

    @Test("the first migration applies every file, the second none")
    func twice() async throws {
        try await withEmpty { store in
            #expect(await store.readiness() == "the database is not migrated: run `cairn migrate`")
            let first = try await store.migrate()
            let second = try await store.migrate()
            let status = try await store.migrationStatus()
            #expect(first.sorted() == Migration.all.map(\.name).sorted())
            #expect(second.isEmpty && status.isCurrent)
            #expect(await store.readiness() == nil)
        }
    }

    @Test("many programs may migrate at once")
    func concurrent() async throws {
        try await withEmpty { store in
            let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await store.migrate().count } }
                return try await group.reduce(into: 0) { $0 += $1 }
            }
            #expect(applied == Migration.all.count)
        }
    }

    @Test("a code file that changed is applied again; work in the tables stays")
    func changedCode() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let id = try await database.submit("one")
            try await database.pool.execute(
                "update cairn.schema_migrations set digest = 'old' where name = 'functions/claim.sql'")
            let before = try await database.store.migrationStatus()
            #expect(before.entries.filter { $0.state == .changed }.map(\.name) == ["functions/claim.sql"])
            #expect(try await database.store.migrate() == ["functions/claim.sql"])
            #expect(
                try await database.value("select state::text from cairn.tasks where id = \(id)") == "steps_in_process")
        }
    }

    @Test(
        "an edited table file and a newer database are refused with nothing changed",
        arguments: [
            (
                "update cairn.schema_migrations set digest = 'x' where name = 'tables/0001_state_machines.sql'",
                "was edited"
            ),
            ("insert into cairn.schema_migrations values ('tables/9999_future.sql', 'x')", "upgrade it"),
        ])
    func refused(change: String, words: String) async throws {
        try await TestDatabase.with { database in
            try await database.pool.execute(PostgresQuery(unescaped: change))
            let error = await #expect(throws: CairnError.self) { _ = try await database.store.migrate() }
            #expect(error?.message.contains(words) == true)
            #expect(await database.store.readiness()?.contains(words) == true)
        }
    }

    @Test("every table, view and column has a comment")
    func comments() async throws {
        try await TestDatabase.with { database in
            let bare = try await database.pool.query(
                """
                select c.relname || coalesce('.' || a.attname, '') from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                where n.nspname = 'cairn' and c.relkind in ('r', 'p', 'v') and not c.relispartition
                  and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)
                order by 1
                """, as: String.self)
            #expect(bare == [])
        }
    }

    @Test("the schema needs neither an extension nor a superuser")
    func ordinaryOwner() async throws {
        try await TestCluster.shared.withAdministrator { admin in
            try await admin.execute("drop role if exists plain_owner")
            try await admin.execute("create role plain_owner login")
        }
        let url = try await TestCluster.shared.database(named: "plain")
        let name = try PostgresConfiguration(url: url).databaseName ?? ""
        try await TestCluster.shared.withAdministrator { admin in
            try await admin.execute("alter database \(identifier: name) owner to plain_owner")
        }
        let store = Store(
            pool: PostgresPool(
                configuration: try Store.configuration(
                    url: url.replacing("user=cairn", with: "user=plain_owner"), applicationName: "test")))
        let applied = try await store.migrate()
        let superuser = try await store.pool.queryFirst("select current_setting('is_superuser')", as: String.self)
        await store.pool.close()
        #expect(applied.count == Migration.all.count)
        #expect(superuser == "off")
    }

    @Test("grants on the views, and views over them, outlive a changed code file")
    func grants() async throws {
        try await TestDatabase.with { database in
            try await database.pool.runScript(
                """
                create view public.mine as select id, state from cairn.tasks;
                grant select on cairn.tasks to pg_monitor;
                update cairn.schema_migrations set digest = 'older' where name like 'views/%';
                """)
            _ = try await database.store.migrate()
            #expect(try await database.value("select count(*) from public.mine", as: Int64.self) == 0)
            #expect(
                try await database.value(
                    "select has_table_privilege('pg_monitor', 'cairn.tasks', 'select')", as: Bool.self) == true)
        }
    }

    @Test("tables that are written anew keep their rows, and views over them; what runs is known to run")
    func rewritten() async throws {
        let new = "tables/0020_hot_updates.sql"
        try await withEmpty { store in
            try await store.pool.runScript(
                """
                create schema cairn;
                create table cairn.schema_migrations (
                  name text primary key, digest text not null, applied_at timestamptz not null default now());
                set client_min_messages = warning;
                """)
            for file in Migration.all.prefix(while: { $0.name != new }) {
                try await store.pool.runScript(file.sql)
                try await store.pool.execute(
                    "insert into cairn.schema_migrations (name, digest) values (\(file.name), \(file.digest))")
            }
            for file in Migration.all where file.name == "views/tasks_and_steps.sql" {
                try await store.pool.runScript(file.sql)
            }
            try await store.pool.runScript(
                """
                insert into cairn.schema_migrations (name, digest) values ('functions/claim.sql', 'of before');
                create function cairn.of_a_row(s cairn.step_core) returns integer language sql as 'select s.step_no';
                create function cairn.a_row() returns setof cairn.task_core language sql
                  as 'select t.* from cairn.task_core t';
                grant select on cairn.step_core to pg_monitor;
                grant select (id, state) on cairn.task_core to pg_monitor;
                create view public.built_over as select state from cairn.step_core;
                create view public.mine as select id, state from cairn.tasks;
                insert into cairn.workers (name, host, pid, version, namespaces, namespace_ids, handlers, handler_ids,
                  concurrency, lease, registered_at, heartbeat_at)
                values ('w', 'h', 1, '1', '{a}', '{1}', '{b}', '{1}', 1, '1 h', now(), now());
                insert into cairn.task_core (id, namespace_id, template_id, state, event, open_steps, active_steps,
                  created_at, has_hook, tolerated_steps)
                values (7, 1, 1, 'steps_in_process', 'start', 3, 2, '2026-01-02', true, 5);
                insert into cairn.step_core (task_id, step_no, namespace_id, handler_id, state, event, waiting, rank,
                  attempt, max_attempts, worker_id, timeout_ms, run_at, expires_at, dependents)
                values
                  (7, 1, 1, 1, 'in_progress', 'start', 0, 3, 1, 4, 1, 50, null, '2026-01-03', '{3}'),
                  (7, 2, 1, 1, 'enqueued', 'enqueue', 0, 3, 0, 4, null, 50, null, null, '{}'),
                  (7, 3, 1, 1, 'pending', 'create', 1, 3, 0, 4, null, 50, null, null, '{}'),
                  (7, 4, 1, 1, 'waiting_for_retry', 'wait_for_retry', 0, 3, 1, 4, 1, 50, '2026-01-04', null, '{}');
                """)
            func rows() async throws -> [String] {
                try await store.pool.query(
                    """
                    select x from (
                      select to_jsonb(t)::text as x from cairn.task_core t
                      union all
                      select (to_jsonb(s) - 'due_at' - 'ready')::text from cairn.step_core s) r order by x
                    """, as: String.self)
            }
            let before = try await rows()
            #expect(before.count == 5)
            let refusal = await #expect(throws: PostgresError.self) { try await store.migrate() }
            #expect(
                refusal?.message.contains("built_over stands on cairn.step_core, which is written anew") == true,
                "\(refusal?.message ?? "")")
            #expect(try await rows() == before)
            try await store.pool.execute("drop view public.built_over")
            #expect(try await store.migrate().contains(new))
            #expect(try await rows() == before)
            // Nobody works on the new tables by the old code.
            let transactions = try await store.pool.queryFirst(
                """
                select count(distinct applied_at) from cairn.schema_migrations
                where name = \(new) or name not like 'tables/%'
                """, as: Int64.self)
            #expect(transactions == 1)
            #expect(
                try await store.pool.queryFirst(
                    """
                    select has_table_privilege('pg_monitor', 'cairn.step_core', 'select')
                      and has_column_privilege('pg_monitor', 'cairn.task_core', 'state', 'select')
                      and not has_table_privilege('pg_monitor', 'cairn.task_core', 'select')
                    """, as: Bool.self) == true)
            let found = try await store.pool.query(
                """
                select s.step_no::text || ' ' || s.ready || ' ' || coalesce(s.due_at::date::text, '-')
                from cairn.step_core s order by s.step_no
                """, as: String.self)
            #expect(found == ["1 false -", "2 true -", "3 false -", "4 false 2026-01-04"])
            #expect(
                try await store.heldSteps(workerID: 1) == [AttemptKey(taskID: 7, stepNo: 1, attempt: 1)])
            let view = try await store.pool.queryFirst(
                "select pg_get_viewdef('cairn.tasks'::regclass)", as: String.self)
            #expect(view?.contains("cairn.task_details") == true)
            #expect(try await store.pool.queryFirst("select count(*) from public.mine", as: Int64.self) == 0)
        }
    }

    @Test("what older code has left on the tables goes when newer code is applied")
    func olderCode() async throws {
        try await TestDatabase.with { database in
            func found() async throws -> [String] {
                try await database.pool.query(
                    """
                    select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal and tgrelid in (
                      select oid from pg_class where relnamespace = 'cairn'::regnamespace)
                    union all
                    select oid::regprocedure::text from pg_proc where pronamespace = 'cairn'::regnamespace
                    order by 1
                    """, as: String.self)
            }
            let before = try await found()
            let trigger = "returns trigger language plpgsql as 'begin return null; end'"
            try await database.pool.runScript(
                """
                create function cairn.note_steps() \(trigger);
                create function cairn.note_tasks() \(trigger);
                create function cairn.refuse_insert() \(trigger);
                create function cairn.wake_sweepers_for_tasks() \(trigger);
                create function cairn.refuse_update(p_name text, p_is_other_state boolean) returns void
                  language plpgsql as 'begin end';
                drop trigger note_inserts on cairn.step_core;
                drop trigger note_inserts on cairn.task_core;
                create trigger note_inserts after insert on cairn.step_core referencing new table as new_rows
                  for each statement execute function cairn.note_steps();
                create trigger note_inserts after insert on cairn.task_core referencing new table as new_rows
                  for each statement execute function cairn.note_tasks();
                create trigger legal_insert after insert on cairn.step_core for each row
                  when (new.prev_state is not null) execute function cairn.refuse_insert();
                create trigger legal_insert after insert on cairn.task_core for each row
                  when (new.prev_state is not null) execute function cairn.refuse_insert();
                create trigger wake_sweepers after insert on cairn.task_core referencing new table as new_rows
                  for each statement execute function cairn.wake_sweepers_for_tasks();
                update cairn.schema_migrations set digest = 'old' where name = 'functions/claim.sql';
                """)
            #expect(try await found() != before)
            _ = try await database.store.migrate()
            #expect(try await found() == before)
        }
    }

    @Test("code is applied beside who takes the tables in another order, and ends nobody")
    func otherOrder() async throws {
        try await TestDatabase.with { database in
            for (first, second) in [
                ("step_core", "task_core"), ("task_core", "step_core"), ("operator_actions", "task_core"),
                ("task_history", "step_core"),
            ] {
                try await database.pool.execute(
                    "update cairn.schema_migrations set digest = 'old' where name = 'functions/claim.sql'")
                let applied = try await database.pool.withTransaction { session in
                    try await session.execute("lock table cairn.\(identifier: first) in row exclusive mode")
                    let migrating = Task { try await database.store.migrate() }
                    try await database.somebodyWaits()
                    try await session.execute("lock table cairn.\(identifier: second) in row share mode")
                    return migrating
                }
                #expect(try await applied.value == ["functions/claim.sql"])
            }
        }
    }

    @Test("a long reader of the history is not waited for when partitions are made, and nobody waits behind")
    func partitions() async throws {
        try await TestDatabase.with { database in
            let before = try await database.store.ensureHistoryPartitions()
            #expect(before == 0)
            try await database.pool.withTransaction { reader in
                _ = try await reader.query("select count(*) from cairn.step_history", as: Int64.self)
                let error = await #expect(throws: (any Error).self) {
                    _ = try await database.pool.queryFirst(
                        "select cairn.ensure_history_partitions(6)", as: Int32.self)
                }
                #expect("\(error.map { "\($0)" } ?? "")".contains("lock timeout"))
                try await database.register(echoTemplate("one", [("a", [])]))
                _ = try await database.submit("one")
            }
            #expect(
                try await database.pool.queryFirst("select cairn.ensure_history_partitions(6)", as: Int32.self) == 4)
        }
    }
}
