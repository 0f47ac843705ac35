import CairnStore
import Postgres

extension BenchPhases {
    /// Work with somebody's snapshot held open all the while, such as a report's or a backup's, against work without: no
    /// row that dies meanwhile can be removed.
    func heldSnapshot(_ shape: BenchShape, tasks: Int) async throws -> BenchFigures {
        let free = try await saturated(shape, tasks: tasks)
        try await store.pool.execute("vacuum")
        let held = try await store.pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            _ = try await connection.query("select 1", as: Int32.self)
            return try await saturated(shape, tasks: tasks)
        }
        var figures = BenchFigures()
        // The rate moves with the machine; what a step took, much less.
        for name in ["steps_per_second", "postgres_cpu_ms_per_step", "wal_bytes_per_step"] {
            figures[name] = free[name]
            figures["held_\(name)"] = held[name]
        }
        if let held = held["steps_per_second"], let free = free["steps_per_second"], free > 0 {
            figures["ratio"] = held / free
        }
        figures["dead_rows_when_released"] = try await deadRows()
        try await store.pool.execute("vacuum")
        figures["dead_rows_after_vacuum"] = try await deadRows()
        return figures
    }

    /// Rows of Cairn's tables that vacuum has to remove.
    func deadRows() async throws -> Double {
        try await value(
            """
            select \(unescaped: DatabaseMeter.mark) sum(n_dead_tup)::double precision
            from pg_stat_user_tables where schemaname = 'cairn'
            """, as: Double.self)
    }
}
