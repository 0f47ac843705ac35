import CairnModel
import Postgres

extension Store {
    /// Compares the database with the files that this program carries; changes nothing.
    package func migrationStatus() async throws -> MigrationStatus {
        try await Self.status(on: pool)
    }

    /// Brings the database to this program's schema, and returns the names of the files it applied.
    ///
    /// Any number of programs may call it at once: each file is applied by whoever has the table `schema_migrations`
    /// locked, and the others find it done. (An advisory lock would be simpler, but anybody who may connect could take it
    /// and keep it.) What is missing is applied in one transaction, for the code of before must not work on the tables of
    /// now; in an empty database, where there is no code, each table file is a transaction of its own.
    ///
    /// - Throws: ``CairnError`` `schema_mismatch` when the database is newer than this program or an applied table file
    ///   was edited; nothing is changed then. `PostgresError` with `isLockTimeout` when another session keeps the table
    ///   locked for longer than `patience`, or what a file changes for longer than 5 s: what was applied before stays.
    package func migrate(patience: Duration = .seconds(30)) async throws -> [String] {
        try await pool.withConnection { connection in
            try await Self.makeTable(on: connection)
            var applied: [String] = []
            let status = try await Self.status(on: connection)
            if !status.entries.contains(where: { !$0.name.hasPrefix("tables/") && $0.state != .pending }) {
                for migration in Migration.all where migration.isTable {
                    applied += try await Self.apply([migration], on: connection, patience) { Self.script($0) }
                }
            }
            let code = Migration.all.filter { !$0.isTable }
            return applied
                + (try await Self.apply(Migration.all, on: connection, patience) { pending in
                    // Code is applied as a whole, for a view that changes takes the functions over it with it.
                    "set local check_function_bodies = off;\n" + Self.lockAll
                        + Self.script(pending.filter(\.isTable)) + Self.script(code)
                        + "\nselect cairn.install_legality(); select cairn.grant_roles();"
                })
        }
    }

    /// The SQL of files, and that they were applied.
    private static func script(_ migrations: [Migration]) -> String {
        migrations.map(\.sql).joined(separator: "\n") + note(migrations)
    }

    /// Makes the database roles `cairn_server`, `cairn_worker` and `cairn_auditor` where they are missing, and grants them
    /// what they need. Returns which are there now, and which of them were there before.
    ///
    /// - Throws: `PostgresError` when the connection's role may not make roles.
    @discardableResult
    package func createRoles() async throws -> DatabaseRoles {
        let before = try await Self.roles(pool)
        _ = try await pool.query("select cairn.create_roles()::text", as: String.self)
        let found = Set(before)
        return DatabaseRoles(found: before, made: try await Self.roles(pool).filter { !found.contains($0) })
    }

    /// Those of Cairn's roles that there are.
    private static func roles(_ executor: some PostgresExecutor) async throws -> [String] {
        try await executor.query(
            """
            select rolname::text from pg_roles
            where rolname in ('cairn_server', 'cairn_worker', 'cairn_auditor') order by rolname
            """, as: String.self)
    }

    /// Makes the table that remembers what was applied. Who does so at the same time is in the way once, and then done.
    private static func makeTable(on connection: PostgresConnection) async throws {
        for attempt in 1... {
            if try await connection.queryFirst("\(unescaped: isMigrated)", as: Bool.self) == true { return }
            do {
                try await connection.runScript(
                    """
                    set client_min_messages = warning;
                    create schema if not exists cairn;
                    create table if not exists cairn.schema_migrations (
                      name text primary key, digest text not null, applied_at timestamptz not null default now());
                    """)
            } catch let error as PostgresError where error.isMadeTwice && attempt < 10 {
                continue
            }
        }
    }

    /// Applies those files that are not, as one script, and returns their names: nothing, when all of them are.
    private static func apply(
        _ migrations: [Migration], on connection: PostgresConnection, _ patience: Duration,
        script: ([Migration]) -> String
    ) async throws -> [String] {
        let names = Set(migrations.map(\.name))
        return try await connection.withTransaction { connection in
            try await lockTable(on: connection, patience)
            // Only now: whoever had the lock before may have applied them.
            let status = try await status(on: connection)
            if let problem = status.problem { throw CairnError(.schemaMismatch, problem) }
            let pending = status.entries.filter { $0.state != .applied && names.contains($0.name) }.map(\.name)
            if pending.isEmpty { return [] }
            do {
                try await connection.runScript(script(migrations.filter { pending.contains($0.name) }))
            } catch var error as PostgresError where error.isLockTimeout {
                error.message =
                    "another session uses what \(pending[0])\(pending.count > 1 ? " or one of those after it" : "") changes, in a transaction that stays open; nothing of it was applied"
                throw error
            }
            return pending
        }
    }

    private static func lockTable(on connection: PostgresConnection, _ patience: Duration) async throws {
        do {
            _ = try await connection.run([
                "set local client_min_messages = warning",
                "select set_config('lock_timeout', \(String(max(1, patience.milliseconds))), true)",
                "lock table cairn.schema_migrations in share row exclusive mode",
                // Everybody queues behind a migration that waits for a table, so it does not wait for long.
                "set local lock_timeout = '5s'",
            ])
        } catch var error as PostgresError where error.isLockTimeout {
            error.message =
                "another session has cairn.schema_migrations locked, for a migration that takes long or in a transaction that was left open"
            throw error
        }
    }

    /// The SQL that locks what is changed, before anything is: views and the tables that get triggers. There is no
    /// order in which everybody takes them: an exchange looks at steps before it locks tasks, a submit makes tasks before
    /// steps. So no lock is waited for until PostgreSQL would end somebody for a deadlock (1 s): all of them are let
    /// go after 100 ms of one, and tried again, for 5 s.
    private static let lockAll = """
        do $$
        declare
          v_all text := (
            select string_agg(format('cairn.%I', relname), ', ' order by relkind = 'r', relname desc) from pg_class
            where relnamespace = 'cairn'::regnamespace
              and relname in ('tasks', 'steps', 'attempts', 'task_core', 'step_core'));
          -- These get triggers, for which those who read need not go.
          v_written text := (
            select string_agg(format('only cairn.%I', relname), ', ' order by relname) from pg_class
            where relnamespace = 'cairn'::regnamespace
              and relname in ('templates', 'template_steps', 'operator_actions', 'hash_chain_switches', 'task_history',
                'step_history', 'task_history_default', 'step_history_default'));
          v_until timestamptz := clock_timestamp() + interval '5 seconds';
        begin
          perform set_config('lock_timeout', '100ms', true);
          loop
            begin
              execute format('lock table %s in access exclusive mode', v_all);
              execute format('lock table %s in share row exclusive mode', v_written);
              exit;
            exception when lock_not_available then
              if clock_timestamp() > v_until then
                raise;
              end if;
              perform pg_sleep(0.05 * random());
            end;
          end loop;
          perform set_config('lock_timeout', '5s', true);
        end
        $$;

        """

    /// The SQL that remembers that files were applied.
    private static func note(_ migrations: [Migration]) -> String {
        migrations.map {
            """

            insert into cairn.schema_migrations (name, digest) values ('\($0.name)', '\($0.digest)')
            on conflict (name) do update set digest = excluded.digest, applied_at = now();
            """
        }.joined()
    }

    private static let isMigrated = "select to_regclass('cairn.schema_migrations') is not null"

    private static func status(on executor: some PostgresExecutor) async throws -> MigrationStatus {
        let known = try await executor.queryFirst(
            "\(unescaped: isMigrated)", as: Bool.self)
        var applied: [String: (digest: String, at: PostgresTimestamp)] = [:]
        if known == true {
            let rows = try await executor.query(
                "select name, digest, applied_at from cairn.schema_migrations",
                as: (String, String, PostgresTimestamp).self)
            for (name, digest, at) in rows { applied[name] = (digest, at) }
        }
        var problem: String?
        let entries = Migration.all.map { migration in
            guard let found = applied[migration.name] else {
                return MigrationStatus.Entry(name: migration.name, state: .pending, appliedAt: nil)
            }
            let same = found.digest == migration.digest
            if !same && migration.isTable {
                problem =
                    "\(migration.name) was edited after it was applied to this database; table files never change: add a new one"
            }
            return MigrationStatus.Entry(name: migration.name, state: same ? .applied : .changed, appliedAt: found.at)
        }
        let ours = Set(Migration.all.map(\.name))
        if let newer = applied.keys.filter({ $0.hasPrefix("tables/") && !ours.contains($0) }).sorted().first {
            problem =
                "the database has \(newer), which this program does not know: it is older than the database; upgrade it"
        }
        return MigrationStatus(entries: entries, problem: problem)
    }
}

extension PostgresError {
    /// Whether somebody else made the same schema or table at the same time.
    fileprivate var isMadeTwice: Bool { ["23505", "42P06", "42P07", "42710"].contains(sqlState) }
}
