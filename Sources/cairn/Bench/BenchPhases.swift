import CairnClient
import CairnModel
import CairnStore
import Foundation
import Postgres

/// The ways in which a benchmark runs the tasks of a shape. Every time is the database's.
struct BenchPhases: Sendable {
    let store: Store
    let fleet: BenchFleet
    let meter: DatabaseMeter
    let workers: Int

    /// All tasks are submitted first; then they are worked off.
    func saturated(_ shape: BenchShape, tasks: Int) async throws -> BenchFigures {
        let steps = tasks * shape.steps.count
        let (first, submitting) = try await fleet.with(servers: 1) { client in try await submit(shape, tasks, client) }
        try await meter.untilAlone()
        try await store.pool.execute(
            "select cairn.pause_namespace(\(BenchShape.namespace), 'bench', 'to begin at once')")
        try await store.pool.execute("vacuum analyze")
        let ((before, finished), working) = try await fleet.with(workers: workers) { _ in
            try await meter.notifications.listen(store)
            let before = try await meter.read()
            try await store.pool.execute("select cairn.resume_namespace(\(BenchShape.namespace), 'bench', 'to begin')")
            try await workOff(since: first)
            return (before, try await span(since: first))
        }
        try await meter.untilAlone()
        let done = try await meter.read() - before
        var figures = BenchFigures()
        figures["steps_per_second"] = Double(steps) / finished
        figures["tasks_per_second"] = Double(tasks) / finished
        figures.add(done, perStepOf: steps)
        figures["worker_rss_mb"] = working.workers?.peakRSSMegabytes
        figures["server_rss_mb"] = submitting.server?.peakRSSMegabytes
        figures["worker_cpu_ms_per_step"] = working.workers.map { $0.cpuSeconds * 1000 / Double(steps) }
        figures["postgres_cpu_ms_per_step"] = working.postgresCPUSeconds.map { $0 * 1000 / Double(steps) }
        return figures
    }

    /// One task at a time on a system that is idle otherwise.
    func idle(_ shape: BenchShape, tasks: Int) async throws -> BenchFigures {
        let ((before, times), _) = try await fleet.with(servers: 1, workers: workers) { client in
            try await meter.notifications.listen(store)
            // The first one warms up: connections, caches, the templates in the workers.
            _ = try await alone(shape, client)
            let before = try await meter.read()
            var times: [Double] = []
            for _ in 0..<tasks { times.append(try await alone(shape, client)) }
            return (before, times)
        }
        let done = try await meter.read() - before
        var figures = BenchFigures()
        figures.add(taskMilliseconds: times)
        figures["ms_per_step_p50"] = BenchFigures.percentile(0.5, of: times).map { $0 / Double(shape.steps.count) }
        figures.add(done, perStepOf: tasks * shape.steps.count, prefix: "idle_")
        return figures
    }

    /// Tasks come at a fixed rate, whatever becomes of them. Each is timed from when it should have been submitted, so that
    /// one that had to wait for its submit counts that too (no coordinated omission).
    func openLoop(_ shape: BenchShape, rate: Double, duration: Duration) async throws -> BenchFigures {
        let count = max(1, Int(rate * (duration / .seconds(1))))
        let (times, _) = try await fleet.with(servers: 1, workers: workers) { client in
            _ = try await alone(shape, client)
            // This clock and the database's may differ; half a round trip is the error.
            let now = try await value(
                "select \(unescaped: DatabaseMeter.mark) extract(epoch from clock_timestamp())::double precision",
                as: Double.self)
            let start = ContinuousClock.now
            let due = (0..<count).map { Double($0) / rate }
            let ids = try await withThrowingTaskGroup(of: (Int, Int64).self) { group in
                for (number, offset) in due.enumerated() {
                    try await Task.sleep(until: start + .seconds(offset))
                    group.addTask { (number, try await client.submit(Self.submission(shape)).id) }
                }
                return try await group.reduce(into: [Int: Int64]()) { $0[$1.0] = $1.1 }
            }
            guard let first = ids.values.min() else { return [Double]() }
            try await workOff(since: first)
            let ends = try await store.pool.query(
                """
                select id, extract(epoch from finished_at)::double precision from cairn.task_core where id >= \(first)
                """, as: (Int64, Double).self)
            let finished = Dictionary(ends) { $1 }
            return ids.compactMap { number, id in
                finished[id].map { ($0 - now - due[number]) * 1000 }
            }
        }
        var figures = BenchFigures()
        figures["open_loop_tasks_per_second"] = rate
        figures.add(taskMilliseconds: times, prefix: "open_loop_")
        return figures
    }

    /// The reference: the same work by the SQL functions alone, in steps per second.
    func floor(_ shape: BenchShape, tasks: Int) async throws -> Double {
        let (first, _) = try await fleet.with(servers: 1) { client in try await submit(shape, tasks, client) }
        try await store.pool.execute("vacuum analyze")
        try await BenchFloor(store: store).workOff()
        try await workOff(since: first)
        return Double(tasks * shape.steps.count) / (try await span(since: first))
    }

    private static func submission(_ shape: BenchShape) -> Submission {
        Submission(namespace: BenchShape.namespace, template: shape.templateName)
    }

    /// Submits in batches and gives the id of the first task.
    private func submit(_ shape: BenchShape, _ count: Int, _ client: CairnClient) async throws -> Int64 {
        let before = try await value(
            "select \(unescaped: DatabaseMeter.mark) last_value from cairn.task_ids", as: Int64.self)
        for start in stride(from: 0, to: count, by: 1000) {
            let batch = Array(repeating: Self.submission(shape), count: min(1000, count - start))
            _ = try await client.submitBatch(batch)
        }
        return before + 1
    }

    /// Submits one task and waits for its end; how long it took, in milliseconds.
    private func alone(_ shape: BenchShape, _ client: CairnClient) async throws -> Double {
        let id = try await client.submit(Self.submission(shape)).id
        try await workOff(since: id, looking: .milliseconds(2))
        return try await value(
            """
            select \(unescaped: DatabaseMeter.mark)
              (extract(epoch from finished_at - created_at) * 1000)::double precision
            from cairn.task_core where id = \(id)
            """, as: Double.self)
    }

    /// Waits until the tasks from this id on have ended, each well: a benchmark's steps cannot fail, and where one did, the
    /// figures would be those of something else. Throws, too, when nothing has moved for a minute.
    private func workOff(since first: Int64, looking pause: Duration = .milliseconds(100)) async throws {
        var moved = (at: ContinuousClock.now, to: Int64(0))
        while try await value(
            """
            select \(unescaped: DatabaseMeter.mark) exists (
              select from cairn.task_core where id >= \(first) and finished_at is null)
            """, as: Bool.self)
        {
            try await Task.sleep(for: pause)
            guard .now - moved.at > .seconds(60) else { continue }
            let last = try await value(
                "select \(unescaped: DatabaseMeter.mark) last_value from cairn.history_ids", as: Int64.self)
            guard last != moved.to else {
                throw CommandError(
                    .failed, .internal, "the benchmark's tasks do not go on",
                    do: "Run it again with --database-url, and ask there: select * from cairn.explain_task(\(first))")
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
    private func span(since first: Int64) async throws -> Double {
        try await value(
            """
            select \(unescaped: DatabaseMeter.mark)
              extract(epoch from max(finished_at) - min(started_at))::double precision
            from cairn.step_attempts where task_id >= \(first)
            """, as: Double.self)
    }

    /// What a query says that always gives a row.
    private func value<Value: PostgresDecodable & Sendable>(
        _ query: PostgresQuery, as type: Value.Type
    ) async throws -> Value {
        guard let value = try await store.pool.query(query, as: Value.self).first else {
            throw CommandError(
                .failed, .internal, "the database returned no row where one always is", do: "Report this")
        }
        return value
    }
}
