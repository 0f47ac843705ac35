import CairnStore
import Foundation
import Postgres

/// Fills the tables with finished work, as much as months would leave: copies of one task that was really run, its history, attempts
/// and details included.
///
/// The copies are made by sets of rows, with triggers off, for the functions would take hours: each row is one that they
/// have written, under another number. The columns are taken from the catalog, so a column that is added is copied too.
struct BenchAging: Sendable {
    let store: Store
    /// The task that is copied; it has ended.
    let model: Int64
    /// How many steps it has.
    let steps: Int

    /// How many tasks one statement copies.
    private static let chunk = 20_000

    /// The tables that tell of a task, by which column, and in which order the rows of one were written. The rows of both
    /// histories are numbered together.
    private static let tables: [(name: String, key: String, order: String)] = [
        ("task_core", "id", "1"), ("task_details", "task_id", "1"), ("step_core", "task_id", "t.step_no"),
        ("step_attempts", "task_id", "t.step_no, t.attempt"),
        ("task_history", "task_id", "t.id"), ("step_history", "task_id", "t.id"),
    ]

    /// The rows of the model, each with its place: read once, for the histories have partitions.
    private static func models(of task: Int64) -> String {
        tables.map { name, key, order in
            let place =
                name.hasSuffix("history")
                ? """
                (select count(*) from cairn.task_history o where o.task_id = \(task) and o.id < t.id)
                  + (select count(*) from cairn.step_history o where o.task_id = \(task) and o.id < t.id)
                """ : "row_number() over (order by \(order))"
            return """
                create temporary table cairn_bench_\(name) as
                select t.*, \(place) as place from cairn.\(name) t where t.\(key) = \(task);
                """
        }.joined(separator: "\n")
    }

    /// Copies the model until there are so many steps more, or just above; says after each part how many there are, and
    /// returns how many in the end.
    func fill(steps wanted: Int, said: (Int) -> Void) async throws -> Int {
        let tasks = max(1, (wanted + steps - 1) / steps)
        let columns = try await columns()
        let rows = try await store.pool.query(
            """
            select ((select count(*) from cairn.task_history where task_id = \(model))
                  + (select count(*) from cairn.step_history where task_id = \(model))),
              nextval('cairn.task_ids'), nextval('cairn.history_ids')
            """, as: (Int64, Int64, Int64).self)[0]
        let (perTask, firstTask, firstRow) = rows
        try await store.pool.withConnection { connection in
            try await connection.runScript(Self.models(of: model))
            for start in stride(from: 0, to: tasks, by: Self.chunk) {
                let end = min(tasks, start + Self.chunk)
                let copies = Copies(
                    from: start, to: end, firstTask: firstTask, firstRow: firstRow, rowsPerTask: perTask)
                try await connection.runScript(
                    """
                    begin;
                    set local session_replication_role = replica;
                    set local synchronous_commit = off;
                    \(Self.tables.map { copies.sql($0.name, columns: columns[$0.name] ?? []) }.joined())
                    commit;
                    """)
                said(end * steps)
            }
            try await connection.runScript(Self.tables.map { "drop table cairn_bench_\($0.name);" }.joined())
        }
        try await store.pool.runScript(
            """
            select setval('cairn.task_ids', \(firstTask + Int64(tasks)));
            select setval('cairn.history_ids', \(firstRow + Int64(tasks) * perTask))
            """)
        try await store.pool.execute("vacuum (freeze, analyze)")
        return tasks * steps
    }

    private func columns() async throws -> [String: [String]] {
        let rows = try await store.pool.query(
            """
            select c.relname::text, a.attname::text
            from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = 'cairn'::regnamespace and c.relname = any (\(Self.tables.map(\.name)))
              and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            order by a.attnum
            """, as: (String, String).self)
        return Dictionary(grouping: rows) { $0.0 }.mapValues { $0.map(\.1) }
    }
}

/// Some of the copies of a task, as statements.
private struct Copies {
    /// Their numbers, from 0 on.
    let from: Int
    let to: Int
    let firstTask: Int64
    let firstRow: Int64
    let rowsPerTask: Int64

    /// Copies the rows of a table. Those of a task stand together, as they do where tasks are made one after another: so
    /// they are looked up anew for each number, which `n >= 0` forces.
    func sql(_ table: String, columns: [String]) -> String {
        let task = "\(firstTask) + n"
        let changed =
            switch table {
            case "task_core": ["id": task]
            case "task_history", "step_history": ["task_id": task, "id": "\(firstRow) + n * \(rowsPerTask) + place"]
            default: ["task_id": task]
            }
        let values = columns.map { changed[$0] ?? "m.\"\($0)\"" }.joined(separator: ", ")
        return """
            insert into cairn.\(table) (\(columns.map { "\"\($0)\"" }.joined(separator: ", ")))
            select \(values)
            from generate_series(\(from)::bigint, \(to - 1)::bigint) n,
              lateral (select * from cairn_bench_\(table) where n >= 0 order by place offset 0) m;

            """
    }
}
