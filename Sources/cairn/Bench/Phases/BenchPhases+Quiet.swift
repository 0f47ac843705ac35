import CairnClient
import CairnModel
import CairnStore
import Postgres

extension BenchPhases {
    /// From the submit of a task of one step to the claim of that step, while every worker waits to be woken; and a commit
    /// that comes, as such a submit does, when nothing has happened for a while.
    func wakeUp(tasks: Int) async throws -> BenchFigures {
        let shape = BenchShape.single
        try await store.pool.execute("vacuum analyze")
        let (times, commits) = try await fleet.with(servers: 1, workers: workers) { programs in
            // The first one warms up.
            _ = try await alone(shape, programs.client)
            return try await BenchCommit.with(store) { commit in
                var times: [Double] = []
                var commits: [Double] = []
                for number in 0..<tasks {
                    if number.isMultiple(of: Self.submitsForEachCommit) {
                        try await untilWorkersWait()
                        commits.append(try await commit.milliseconds())
                        try await Task.sleep(for: Self.restAfterCommit)
                    }
                    try await untilWorkersWait()
                    times.append(try await wakeUp(shape, programs.client))
                }
                return (times, commits)
            }
        }.0
        var figures = BenchFigures()
        figures["wakeup_ms_p50"] = BenchFigures.percentile(0.5, of: times)
        figures["wakeup_ms_p99"] = BenchFigures.percentile(0.99, of: times)
        figures["commit_rested_ms_p50"] = BenchFigures.percentile(0.5, of: commits)
        return figures
    }

    private static let submitsForEachCommit = 4
    /// About as long as workers take to say that they wait.
    private static let restAfterCommit: Duration = .milliseconds(70)

    /// In milliseconds, by the database's clock.
    private func wakeUp(_ shape: BenchShape, _ client: CairnClient) async throws -> Double {
        let id = try await submitAlone(shape, client)
        return try await value(
            """
            select \(unescaped: DatabaseMeter.mark)
              (extract(epoch from a.started_at - t.created_at) * 1000)::double precision
            from cairn.task_core t join cairn.step_attempts a on a.task_id = t.id where t.id = \(id)
            """, as: Double.self)
    }

    /// What a server and the workers do in the database when there is nothing to do, after as long a quiet.
    func quiet(seconds: Int) async throws -> BenchFigures {
        let (before, after) = try await fleet.with(servers: 1, workers: workers) { programs in
            try await untilWorkersWait()
            try await Task.sleep(for: .seconds(seconds))
            let before = try await quietReading(programs)
            try await Task.sleep(for: .seconds(seconds))
            return (before, try await quietReading(programs))
        }.0
        let took = after.at - before.at
        func rate(_ reading: (QuietReading) -> Double?, _ own: Double = 0) -> Double? {
            guard let a = reading(after), let b = reading(before) else { return nil }
            return max(0, a - b - own) / took
        }
        var figures = BenchFigures()
        // The reading before is a transaction itself, and counts in the one after.
        figures["idle_transactions_per_second"] = rate({ $0.transactions }, 1)
        figures["idle_statements_per_second"] = rate { $0.statements }
        figures["idle_writes_per_second"] = rate { $0.writes }
        figures["idle_programs_cpu_share"] = rate { $0.programsCPU }
        return figures
    }

    private struct QuietReading {
        var at: Double
        var transactions: Double
        var writes: Double
        var statements: Double?
        var programsCPU: Double?
    }

    private func quietReading(_ programs: BenchFleet.Programs) async throws -> QuietReading {
        let statements = try await meter.statements()
        let usage = programs.usage()
        let row = try await store.pool.query(
            """
            select \(unescaped: DatabaseMeter.mark) extract(epoch from clock_timestamp())::double precision,
              (xact_commit + xact_rollback)::double precision,
              pg_snapshot_xmax(pg_current_snapshot())::text::double precision
            from pg_stat_database where datname = current_database()
            """, as: (Double, Double, Double).self)[0]
        var cpu: Double?
        if let server = usage.server, let workers = usage.workers { cpu = server.cpuSeconds + workers.cpuSeconds }
        return QuietReading(
            at: row.0, transactions: row.1, writes: row.2, statements: statements?.all, programsCPU: cpu)
    }

    /// Waits until every worker has said that it waits.
    private func untilWorkersWait() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await value(
            """
            select \(unescaped: DatabaseMeter.mark) exists (
              select from cairn.workers where state = 'live' and idle_since is null)
            """, as: Bool.self)
        {
            guard .now < deadline else {
                throw CommandError(
                    .failed, .internal, "the workers do not come to rest within a minute",
                    do: "Run cairn-server and cairn-worker by hand on an empty database, and see what they say")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
