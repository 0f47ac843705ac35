import CairnClient
import CairnModel
import CairnStore
import Foundation
import Postgres

extension BenchPhases {
    /// How many connections send one task a request.
    static let submitConnections = 64
    /// How many send batches, and how many tasks each batch has.
    static let batchConnections = 4
    static let batchSize = 1000

    /// Submits by HTTP, one task a request and in batches. Nobody works on what is submitted.
    func submits(seconds: Int) async throws -> BenchFigures {
        let task = BenchShape.submitted.submission(namespace: BenchShape.submitNamespace).json
        let batch = JSON.array(Array(repeating: task, count: Self.batchSize))
        var figures = BenchFigures()
        // What earlier phases left is theirs: else autovacuum would work on it meanwhile.
        try await store.pool.execute("vacuum analyze")
        let single = try await submitting(task, to: "/v1/tasks", connections: Self.submitConnections, seconds: seconds)
        figures["submits_per_second"] = single.rate
        single.add(to: &figures, prefix: "submit_")
        let batches = try await submitting(
            batch, to: "/v1/tasks/batch", connections: Self.batchConnections, seconds: seconds)
        figures["batch_tasks_per_second"] = batches.rate
        batches.add(to: &figures, prefix: "batch_")
        return figures
    }

    /// What was measured of one way to submit.
    private struct Submitting {
        /// Tasks a second.
        var rate: Double
        var tasks: Int64
        var load: HTTPLoad.Outcome
        var server: Double?
        var postgres: Double?

        /// Beside the rate: the times of requests, and who used the processors for a task, or for a request at the client.
        func add(to figures: inout BenchFigures, prefix: String) {
            for (name, fraction) in [("p50", 0.5), ("p99", 0.99)] {
                figures[prefix + "request_ms_" + name] = BenchFigures.percentile(fraction, of: load.milliseconds)
            }
            func perTask(_ cpu: Double?) -> Double? { cpu.map { $0 * 1000 / Double(max(1, tasks)) } }
            figures[prefix + "server_cpu_ms_per_task"] = perTask(server)
            figures[prefix + "postgres_cpu_ms_per_task"] = perTask(postgres)
            figures[prefix + "client_cpu_us_per_request"] =
                load.cpuSeconds * 1_000_000 / Double(max(1, load.milliseconds.count))
            figures[prefix + "client_cpu_share"] = load.cpuSeconds / load.seconds
        }
    }

    private func submitting(
        _ body: JSON, to path: String, connections: Int, seconds: Int
    ) async throws -> Submitting {
        try await fleet.with(servers: 1) { programs in
            let before = try await lastTask()
            let load = HTTPLoad(port: programs.port, connections: connections, path: path, body: body.bytes)
            // A second for connections, plans and caches to be made.
            let warmUp = Duration.seconds(1)
            async let outcome = load.run(for: warmUp + .seconds(seconds) + .milliseconds(200))
            try await Task.sleep(for: warmUp)
            let (used, start) = (programs.usage(), try await now())
            try await Task.sleep(for: .seconds(seconds))
            let (end, usedThen) = (try await now(), programs.usage())
            let done = try await outcome
            // What is in the tables, by the database's own clock: an answer alone does not count.
            let tasks = try await value(
                """
                select \(unescaped: DatabaseMeter.mark) count(*) from cairn.task_core
                where id > \(before) and created_at >= to_timestamp(\(start)) and created_at < to_timestamp(\(end))
                """, as: Int64.self)
            func difference(_ a: Double?, _ b: Double?) -> Double? { if let a, let b { a - b } else { nil } }
            return Submitting(
                rate: Double(tasks) / (end - start), tasks: tasks, load: done,
                server: difference(usedThen.server?.cpuSeconds, used.server?.cpuSeconds),
                postgres: difference(usedThen.postgresCPUSeconds, used.postgresCPUSeconds))
        }.0
    }
}
