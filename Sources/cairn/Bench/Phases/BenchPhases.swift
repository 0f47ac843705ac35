import CairnClient
import CairnModel
import CairnStore
import Foundation
import Postgres

/// The ways in which a benchmark runs tasks, and what all of them need. Every time is the database's.
struct BenchPhases: Sendable {
    let store: Store
    let fleet: BenchFleet
    let meter: DatabaseMeter
    let workers: Int

    /// The id that was given last, whether or not there is such a task; 0 when none was.
    func lastTask() async throws -> Int64 {
        try await value(
            "select \(unescaped: DatabaseMeter.mark) last_value - (not is_called)::integer from cairn.task_ids",
            as: Int64.self)
    }

    /// The database's time, in seconds.
    func now() async throws -> Double {
        try await value(
            "select \(unescaped: DatabaseMeter.mark) extract(epoch from clock_timestamp())::double precision",
            as: Double.self)
    }

    /// Submits in batches and gives an id from which on the tasks are.
    func submit(_ shape: BenchShape, _ count: Int, _ client: CairnClient) async throws -> Int64 {
        let before = try await lastTask()
        for start in stride(from: 0, to: count, by: 1000) {
            let batch = Array(repeating: shape.submission(), count: min(1000, count - start))
            _ = try await client.submitBatch(batch)
        }
        return before + 1
    }

    /// Submits one task and waits for its end; its id.
    func submitAlone(_ shape: BenchShape, _ client: CairnClient) async throws -> Int64 {
        let id = try await client.submit(shape.submission()).id
        // Seldom, for each look takes from the machine that is measured; the times are the database's.
        try await untilEnded(since: id, looking: .milliseconds(20))
        return id
    }

    /// Submits one task and waits for its end; how long it took, in milliseconds.
    func alone(_ shape: BenchShape, _ client: CairnClient) async throws -> Double {
        let id = try await submitAlone(shape, client)
        return try await value(
            """
            select \(unescaped: DatabaseMeter.mark)
              (extract(epoch from finished_at - created_at) * 1000)::double precision
            from cairn.task_core where id = \(id)
            """, as: Double.self)
    }

    /// Waits until the tasks from this id on have ended, each well: a benchmark's steps cannot fail, and where one did, the
    /// figures would be those of something else. Throws, too, when nothing has moved for a minute.
    func untilEnded(since first: Int64, looking pause: Duration = .milliseconds(100)) async throws {
        var moved = (at: ContinuousClock.now, to: Int64(0))
        // Each look starts where the last one found a task that had not ended: from the first on, it would read all that have,
        // and take a processor from what is measured. Spelled out, for a plan for any number reads the whole table.
        var open = first
        while true {
            open = try await value(
                """
                select \(unescaped: DatabaseMeter.mark) coalesce((
                  select id from (
                    select id, finished_at from cairn.task_core
                    where id >= \(unescaped: String(open)) order by id offset 0) t
                  where finished_at is null limit 1), 0)
                """, as: Int64.self)
            if open == 0 { break }
            try await Task.sleep(for: pause)
            guard .now - moved.at > .seconds(60) else { continue }
            let last = try await value(
                "select \(unescaped: DatabaseMeter.mark) last_value from cairn.history_ids", as: Int64.self)
            guard last != moved.to else {
                throw CommandError(
                    .failed, .internal, "the benchmark's tasks do not go on",
                    do: "Run it again with --database-url, and ask there: select * from cairn.explain_task(\(open))")
            }
            moved = (.now, last)
        }
        let failed = try await value(
            """
            select \(unescaped: DatabaseMeter.mark) count(*) from cairn.task_core
            where id >= \(first) and state <> 'complete'
            """, as: Int64.self)
        guard failed != 0 else { return }
        throw CommandError(
            .failed, .internal, "\(failed) of the benchmark's tasks did not complete",
            do: "Look at them in the database: select * from cairn.steps where state = 'error'")
    }

    /// From the first claim of the tasks from this id on to their last end, in seconds.
    func span(since first: Int64) async throws -> Double {
        try await value(
            """
            select \(unescaped: DatabaseMeter.mark)
              extract(epoch from max(finished_at) - min(started_at))::double precision
            from cairn.step_attempts where task_id >= \(first)
            """, as: Double.self)
    }

    /// What a query says that always gives a row.
    func value<Value: PostgresDecodable & Sendable>(
        _ query: PostgresQuery, as type: Value.Type
    ) async throws -> Value {
        guard let value = try await store.pool.query(query, as: Value.self).first else {
            throw CommandError(
                .failed, .internal, "the database returned no row where one always is", do: "Report this")
        }
        return value
    }
}
