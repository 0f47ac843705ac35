import CairnModel
import CairnStore
import Foundation
import Postgres

/// One benchmark: references first, then the work.
struct BenchRun: Sendable {
    let tasks: Int
    let idleTasks: Int
    let workers: Int
    /// The path of `cairn-worker`.
    let worker: String
    let progress: UpOutput

    static let template = #"""
        {"namespace": "bench", "name": "linear_4", "version": "1.0.0", "description": "Four steps in a row that do nothing",
         "steps": [
           {"name": "a", "handler": "cairn.echo"},
           {"name": "b", "handler": "cairn.echo", "depends_on": ["a"]},
           {"name": "c", "handler": "cairn.echo", "depends_on": ["b"]},
           {"name": "d", "handler": "cairn.echo", "depends_on": ["c"]}
         ]}
        """#

    func measure(_ url: String) async throws -> BenchReport {
        try await Database.withStore(url) { store in
            _ = try await store.migrate()
            guard
                try await store.pool.queryFirst("select not exists (select from cairn.task_core)", as: Bool.self)
                    == true
            else {
                throw CommandError(
                    .failed, "database_not_empty", "the database has tasks, and a benchmark leaves its own behind",
                    do: "Name an empty database, or leave --database-url out")
            }
            guard let template = Template.decode(Self.template).template else {
                throw CommandError(.failed, .internal, "the benchmark's template is wrong", do: "Report this")
            }
            _ = try await store.register(template)

            let commit = try await progress.phase { (try await commits(store), "Commit latency is measured") }
            try await progress.phase { (try await submit(tasks, store), "\(tasks) tasks are submitted") }
            let before = try await walPosition(store)
            let stack = UpStack(output: progress)
            let log = FileManager.default.temporaryDirectory.appending(path: "cairn-bench-worker-\(getpid()).log")
            defer { try? FileManager.default.removeItem(at: log) }
            _ = stack.start(
                "Workers",
                (0..<workers).map {
                    Child(
                        name: "worker-\($0)", command: [worker, "--namespace", "bench"], directory: "/",
                        log: log.path(percentEncoded: false), environment: ["DATABASE_URL": url])
                })
            do {
                try await progress.phase { (try await finished(store), "\(tasks) tasks are worked off") }
                let after = try await walPosition(store)
                let rate = try await rate(store)
                let idle = try await progress.phase {
                    (try await oneAtATime(store), "\(idleTasks) tasks ran one at a time")
                }
                await stack.takeDown()
                return BenchReport(
                    workers: workers, tasks: tasks, commitMilliseconds: commit, stepsPerSecond: rate,
                    walBytesPerStep: Double(after - before) / Double(tasks * 4), taskMilliseconds: idle)
            } catch {
                await stack.takeDown()
                throw error
            }
        }
    }

    /// The median of one small commit on one connection, in milliseconds.
    private func commits(_ store: Store) async throws -> Double {
        try await store.pool.withConnection { connection in
            try await connection.execute("create table if not exists cairn_bench_commit (n integer)")
            var times: [Double] = []
            for number in 0..<300 {
                let start = ContinuousClock.now
                try await connection.execute("insert into cairn_bench_commit values (\(Int32(number)))")
                times.append((ContinuousClock.now - start) / .milliseconds(1))
            }
            try await connection.execute("drop table cairn_bench_commit")
            return BenchReport.percentile(0.5, of: times)
        }
    }

    private func submit(_ count: Int, _ store: Store) async throws {
        for start in stride(from: 0, to: count, by: 1000) {
            let batch = (start..<min(start + 1000, count)).map {
                TaskSubmission(namespace: "bench", templateName: "linear_4", group: Int32($0 - start))
            }
            _ = try await store.submit(batch)
        }
        try await store.pool.execute("vacuum analyze")
    }

    private func finished(_ store: Store) async throws {
        while try await store.pool.queryFirst(
            "select exists (select from cairn.task_core where state not in ('complete', 'error'))", as: Bool.self)
            == true
        { try await Task.sleep(for: .milliseconds(100)) }
        try await refuseFailures(store)
    }

    /// A benchmark's steps cannot fail; where one did, the figures would be those of something else.
    private func refuseFailures(_ store: Store) async throws {
        let failed = try await store.pool.queryFirst(
            "select count(*) from cairn.task_core where state <> 'complete'", as: Int64.self)
        guard failed != 0 else { return }
        throw CommandError(
            .failed, .internal, "\(failed ?? 0) of the benchmark's tasks did not complete",
            do: "Look at them in the database: select * from cairn.steps where state = 'error'")
    }

    /// Steps per second between the first claim and the last recorded end.
    private func rate(_ store: Store) async throws -> Double {
        try await store.pool.queryFirst(
            """
            select (count(*) / extract(epoch from max(finished_at) - min(started_at)))::double precision
            from cairn.step_attempts
            """, as: Double.self) ?? 0
    }

    /// The times of tasks that ran alone, from their submit to their end, in milliseconds.
    private func oneAtATime(_ store: Store) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<idleTasks {
            guard
                case .created(let id) = try await store.submit([
                    TaskSubmission(namespace: "bench", templateName: "linear_4")
                ])[0]
            else { continue }
            while true {
                let time = try await store.pool.query(
                    """
                    select (extract(epoch from finished_at - created_at) * 1000)::double precision
                    from cairn.task_core where id = \(id) and finished_at is not null
                    """, as: Double.self
                ).first
                if let time {
                    times.append(time)
                    break
                }
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        try await refuseFailures(store)
        return times
    }

    private func walPosition(_ store: Store) async throws -> Int64 {
        try await store.pool.queryFirst("select (pg_current_wal_insert_lsn() - '0/0')::bigint", as: Int64.self) ?? 0
    }
}
