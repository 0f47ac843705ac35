import CairnClient
import CairnModel
import CairnStore
import Foundation
import Postgres

/// The phases of a shape.
extension BenchPhases {
    /// All tasks are submitted first; then they are worked off.
    func saturated(_ shape: BenchShape, tasks: Int) async throws -> BenchFigures {
        let steps = tasks * shape.steps.count
        let run = try await workOff(shape, tasks: tasks, workers: workers)
        var figures = BenchFigures()
        figures["steps_per_second"] = Double(steps) / run.seconds
        figures["tasks_per_second"] = Double(tasks) / run.seconds
        figures.add(run.done, perStepOf: steps)
        figures["worker_rss_mb"] = run.working.workers?.peakRSSMegabytes
        figures["server_rss_mb"] = run.submitting.server?.peakRSSMegabytes
        figures["worker_cpu_ms_per_step"] = run.working.workers.map { $0.cpuSeconds * 1000 / Double(steps) }
        figures["postgres_cpu_ms_per_step"] = run.working.postgresCPUSeconds.map { $0 * 1000 / Double(steps) }
        return figures
    }

    /// What it took to work tasks off.
    struct WorkedOff {
        /// From the first claim to the last end.
        var seconds: Double
        var done: DatabaseMeter.Reading
        var submitting: BenchFleet.Usage
        var working: BenchFleet.Usage
    }

    /// Submits tasks while nobody works, and has so many workers work them off, each with room for `concurrency` steps.
    func workOff(
        _ shape: BenchShape, tasks: Int, workers: Int, concurrency: Int? = nil
    ) async throws -> WorkedOff {
        let (first, submitting) = try await fleet.with(servers: 1) { programs in
            try await submit(shape, tasks, programs.client)
        }
        try await meter.untilAlone()
        try await store.pool.execute(
            "select cairn.pause_namespace(\(BenchShape.namespace), 'bench', 'to begin at once')")
        try await store.pool.execute("vacuum analyze")
        let ((before, finished), working) = try await fleet.with(workers: workers, concurrency: concurrency) { _ in
            try await meter.notifications.listen(store)
            let before = try await meter.read()
            try await store.pool.execute("select cairn.resume_namespace(\(BenchShape.namespace), 'bench', 'to begin')")
            try await untilEnded(since: first)
            return (before, try await span(since: first))
        }
        try await meter.untilAlone()
        return WorkedOff(
            seconds: finished, done: try await meter.read() - before, submitting: submitting, working: working)
    }

    /// One task at a time on a system that is idle otherwise.
    func idle(_ shape: BenchShape, tasks: Int) async throws -> BenchFigures {
        let ((before, times), _) = try await fleet.with(servers: 1, workers: workers) { programs in
            try await meter.notifications.listen(store)
            // The first one warms up: connections, caches, the templates in the workers.
            _ = try await alone(shape, programs.client)
            let before = try await meter.read()
            var times: [Double] = []
            for _ in 0..<tasks { times.append(try await alone(shape, programs.client)) }
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
        let (times, _) = try await fleet.with(servers: 1, workers: workers) { programs in
            let client = programs.client
            _ = try await alone(shape, client)
            // This clock and the database's may differ; half a round trip is the error.
            let now = try await now()
            let start = ContinuousClock.now
            let due = (0..<count).map { Double($0) / rate }
            let ids = try await withThrowingTaskGroup(of: (Int, Int64).self) { group in
                for (number, offset) in due.enumerated() {
                    try await Task.sleep(until: start + .seconds(offset))
                    group.addTask { (number, try await client.submit(shape.submission()).id) }
                }
                return try await group.reduce(into: [Int: Int64]()) { $0[$1.0] = $1.1 }
            }
            guard let first = ids.values.min() else { return [Double]() }
            try await untilEnded(since: first)
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
        let (first, _) = try await fleet.with(servers: 1) { programs in
            try await submit(shape, tasks, programs.client)
        }
        try await store.pool.execute("vacuum analyze")
        try await BenchFloor(store: store).workOff()
        try await untilEnded(since: first)
        return Double(tasks * shape.steps.count) / (try await span(since: first))
    }
}
