import CairnStore
import Foundation
import Postgres

/// What a database has done so far; two readings make what was done in between.
struct DatabaseMeter: Sendable {
    struct Reading: Sendable {
        /// What was written ahead of the data, full pages after a checkpoint included.
        var walBytes: Double
        /// Transactions that wrote something: those that got a number.
        var commits: Double
        /// Statements that programs sent, without those of the benchmark itself; nil without pg_stat_statements.
        var statements: Double?
        /// Calls of the hot path among them.
        var exchanges: Double?
        /// Rows of Cairn's tables inserted, updated and deleted.
        var rowsWritten: Double
        /// Rows that vacuum has to remove, those that it removed meanwhile not counted.
        var deadRows: Double
        /// Notifications that a listener on every channel has got.
        var notifications: Double
    }

    let store: Store
    let notifications: NotificationCount
    let countsStatements: Bool

    /// Marks the benchmark's own statements.
    static let mark = "/* bench */"

    /// Waits until the sessions of programs that have ended are gone, for until then they may hold back what they counted.
    func untilAlone() async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await store.pool.query(
            """
            select \(unescaped: Self.mark) exists (
              select from pg_stat_activity a join pg_stat_activity me on me.pid = pg_backend_pid()
              where a.datname = me.datname and a.backend_type = me.backend_type
                and a.application_name not in ('cairn', 'cairn bench'))
            """, as: Bool.self
        ).first == true, .now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// A reading. What a session has counted may come a second after it did it, or when it ends.
    func read() async throws -> Reading {
        let row = try await store.pool.query(
            """
            select \(unescaped: Self.mark) (pg_current_wal_insert_lsn() - '0/0')::double precision,
              pg_snapshot_xmax(pg_current_snapshot())::text::double precision,
              (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables
               where schemaname = 'cairn')::double precision,
              (select sum(n_dead_tup) from pg_stat_user_tables where schemaname = 'cairn')::double precision
            """, as: (Double, Double, Double, Double).self)[0]
        var reading = Reading(
            walBytes: row.0, commits: row.1, rowsWritten: row.2, deadRows: row.3,
            notifications: Double(notifications.value))
        if let calls = try await statements() {
            reading.statements = calls.all
            reading.exchanges = calls.exchanges
        }
        return reading
    }

    /// The statements that programs have sent so far, the benchmark's own left out; nil without pg_stat_statements.
    func statements() async throws -> (all: Double, exchanges: Double)? {
        guard countsStatements else { return nil }
        let calls = try await store.pool.query(
            """
            select \(unescaped: Self.mark) sum(calls)::double precision,
              coalesce(sum(calls) filter (where query like '%cairn.exchange(%'), 0)::double precision
            from pg_stat_statements
            where toplevel and dbid = (select oid from pg_database where datname = current_database())
              and query not like \("%\(Self.mark)%")
            """, as: (Double, Double).self)[0]
        return (calls.0, calls.1)
    }
}

extension DatabaseMeter.Reading {
    static func - (after: Self, before: Self) -> Self {
        func difference(_ a: Double?, _ b: Double?) -> Double? {
            if let a, let b { a - b } else { nil }
        }
        return Self(
            walBytes: after.walBytes - before.walBytes, commits: after.commits - before.commits,
            statements: difference(after.statements, before.statements),
            exchanges: difference(after.exchanges, before.exchanges),
            rowsWritten: after.rowsWritten - before.rowsWritten, deadRows: after.deadRows - before.deadRows,
            notifications: after.notifications - before.notifications)
    }
}
