import CairnModel
import CairnStore
import Foundation
import Postgres

/// One benchmark: references first, then each shape.
struct BenchRun: Sendable {
    let shapes: [BenchShape]
    let steps: Int
    let idleTasks: Int
    let rate: Double?
    let seconds: Int
    let workers: Int
    let runs: Int
    /// The paths of the programs.
    let server: String
    let worker: String
    let progress: UpOutput

    /// Tasks a second that come one by one unless somebody asks for more: the client of the benchmark is on the same machine.
    static let highestRate = 200.0

    func measure(_ url: String, postmaster: Int?) async throws -> BenchReport {
        try await Database.withStore(url, connections: BenchFloor.sessions + 1) { store in
            try await prepare(store)
            let notifications = try NotificationCount(url: url)
            let counting = Task { await notifications.run() }
            defer { counting.cancel() }
            let phases = BenchPhases(
                store: store,
                fleet: BenchFleet(
                    url: url, store: store, server: server, worker: worker, progress: progress, postmaster: postmaster),
                meter: DatabaseMeter(
                    store: store, notifications: notifications, countsStatements: try await countsStatements(store)),
                workers: workers)
            var commits: [Double] = []
            var floors: [Double] = []
            var figures: [String: [BenchFigures]] = [:]
            for run in 1...runs {
                let of = runs == 1 ? "" : " (\(run) of \(runs))"
                commits.append(try await progress.phase { (try await commit(store), "One commit is timed\(of)") })
                floors.append(
                    try await progress.phase {
                        (
                            try await phases.floor(.linear4, tasks: BenchShape.linear4.tasks(forSteps: steps)),
                            "The floor is found\(of)"
                        )
                    })
                for shape in shapes {
                    let found = try await progress.phase {
                        (try await measure(shape, phases), "\(shape.name) is measured\(of)")
                    }
                    figures[shape.name, default: []].append(found)
                }
            }
            return BenchReport(
                postgres: try await store.pool.queryFirst("show server_version", as: String.self) ?? "?",
                workers: workers, runs: runs, commitMilliseconds: BenchFigures.percentile(0.5, of: commits),
                floor: BenchFigures.percentile(0.5, of: floors),
                shapes: shapes.map { ($0.name, .medians(figures[$0.name] ?? [])) })
        }
    }

    private func measure(_ shape: BenchShape, _ phases: BenchPhases) async throws -> BenchFigures {
        var figures = try await phases.saturated(shape, tasks: shape.tasks(forSteps: steps))
        // Shapes that are all about their width would take the whole day alone, and say nothing new.
        let alone = max(1, idleTasks * 4 / max(4, shape.steps.count))
        figures.merge(try await phases.idle(shape, tasks: alone))
        let rate = rate ?? min(Self.highestRate, max(0.1, (figures["tasks_per_second"] ?? 0) / 2))
        figures.merge(try await phases.openLoop(shape, rate: rate, duration: .seconds(seconds)))
        return figures
    }

    /// The schema, and the shapes as templates; the database must be empty.
    private func prepare(_ store: Store) async throws {
        _ = try await store.migrate()
        guard
            try await store.pool.queryFirst("select not exists (select from cairn.task_core)", as: Bool.self) == true
        else {
            throw CommandError(
                .failed, "database_not_empty", "the database has tasks, and a benchmark leaves its own behind",
                do: "Name an empty database, or leave --database-url out")
        }
        for shape in [.linear4] + shapes {
            guard let template = Template.decode(shape.template.text).template else {
                throw CommandError(.failed, .internal, "the benchmark's template is wrong", do: "Report this")
            }
            _ = try await store.register(template)
        }
    }

    /// Whether PostgreSQL counts statements: with the extension where it is installed or may be.
    private func countsStatements(_ store: Store) async throws -> Bool {
        do {
            try await store.pool.execute("create extension if not exists pg_stat_statements")
            _ = try await store.pool.query("select count(*) from pg_stat_statements", as: Int64.self)
            return true
        } catch is PostgresError {
            progress.skip("Statements are not counted: this PostgreSQL does not have pg_stat_statements")
            return false
        }
    }

    /// The median of one small commit on one connection, in milliseconds.
    private func commit(_ store: Store) async throws -> Double {
        try await store.pool.withConnection { connection in
            try await connection.execute("create table cairn_bench_commit (n integer)")
            var times: [Double] = []
            for number in 0..<300 {
                let start = ContinuousClock.now
                try await connection.execute("insert into cairn_bench_commit values (\(Int32(number)))")
                times.append((ContinuousClock.now - start) / .milliseconds(1))
            }
            try await connection.execute("drop table cairn_bench_commit")
            return BenchFigures.percentile(0.5, of: times) ?? 0
        }
    }
}
