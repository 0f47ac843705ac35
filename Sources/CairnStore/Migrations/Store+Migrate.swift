import CairnModel
import Postgres

extension Store {
    /// Compares the database with the files that this program carries; changes nothing.
    package func migrationStatus() async throws -> MigrationStatus {
        try await Self.status(on: pool)
    }

    /// Brings the database to this program's schema, and returns the names of the files it applied.
    ///
    /// Any number of programs may call it at once: an advisory lock lets one work and the others find nothing left to
    /// do. Each table file is one transaction, all code files together another.
    ///
    /// - Throws: ``CairnError`` `schema_mismatch` when the database is newer than this program or an applied table file
    ///   was edited; nothing is changed then.
    package func migrate() async throws -> [String] {
        try await pool.withConnection { connection in
            _ = try await connection.query(
                "select pg_advisory_lock(hashtextextended('cairn.migrate', 0))::text", as: String.self)
            do {
                let applied = try await Self.migrate(on: connection)
                _ = try await connection.query(
                    "select pg_advisory_unlock(hashtextextended('cairn.migrate', 0))", as: Bool.self)
                return applied
            } catch {
                _ = try? await connection.query(
                    "select pg_advisory_unlock(hashtextextended('cairn.migrate', 0))", as: Bool.self)
                throw error
            }
        }
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

    private static func migrate(on connection: PostgresConnection) async throws -> [String] {
        try await connection.runScript(
            """
            set client_min_messages = warning;
            create schema if not exists cairn;
            create table if not exists cairn.schema_migrations (
              name text primary key, digest text not null, applied_at timestamptz not null default now());
            """)
        let status = try await status(on: connection)
        if let problem = status.problem { throw CairnError(.schemaMismatch, problem) }
        let pending = Set(status.entries.filter { $0.state != .applied }.map(\.name))
        guard !pending.isEmpty else { return [] }

        var applied: [String] = []
        for migration in Migration.all where migration.isTable && pending.contains(migration.name) {
            try await connection.runScript(migration.sql + note([migration]))
            applied.append(migration.name)
        }
        // Code is applied as a whole, for a view that changes takes the functions over it with it.
        let code = Migration.all.filter { !$0.isTable }
        try await connection.runScript(
            "set local check_function_bodies = off;\n" + code.map(\.sql).joined(separator: "\n")
                + "\nselect cairn.install_legality(); select cairn.grant_roles();" + note(code))
        applied += code.map(\.name).filter(pending.contains)
        return applied
    }

    /// The SQL that remembers that files were applied.
    private static func note(_ migrations: [Migration]) -> String {
        migrations.map {
            """

            insert into cairn.schema_migrations (name, digest) values ('\($0.name)', '\($0.digest)')
            on conflict (name) do update set digest = excluded.digest, applied_at = now();
            """
        }.joined()
    }

    private static func status(on executor: some PostgresExecutor) async throws -> MigrationStatus {
        let known = try await executor.queryFirst(
            "select to_regclass('cairn.schema_migrations') is not null", as: Bool.self)
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
