import CairnClient
import CairnModel
import CairnStore
import Foundation
import Postgres

/// The real programs that a benchmark measures, on one database.
struct BenchFleet: Sendable {
    let url: String
    let store: Store
    /// The paths of `cairn-server` and `cairn-worker`.
    let server: String
    let worker: String
    let progress: UpOutput
    /// The process id of the database's postmaster, where it is the benchmark's own.
    let postmaster: Int?

    /// What runs while it is measured.
    struct Programs: Sendable {
        /// A client of the server, if there is one.
        let client: CairnClient
        let port: Int
        fileprivate let serverCommand: [String]
        fileprivate let workerCommand: [String]
        fileprivate let postmaster: Int?

        /// What they have used so far; PostgreSQL since it started.
        func usage() -> Usage {
            Usage(
                server: ProcessMeter.usage(of: ProcessMeter.running(serverCommand)),
                workers: ProcessMeter.usage(of: ProcessMeter.running(workerCommand)),
                postgresCPUSeconds: postmaster.flatMap {
                    ProcessMeter.usage(of: ProcessMeter.family(of: $0), withEndedChildren: true)?.cpuSeconds
                })
        }
    }

    /// What the programs have used when they were done.
    struct Usage: Sendable {
        var server: ProcessMeter.Usage?
        var workers: ProcessMeter.Usage?
        /// All of PostgreSQL's processes, while the programs ran.
        var postgresCPUSeconds: Double?
    }

    /// Starts a server and workers as wished, runs `body` when they are ready, and stops them.
    func with<Result>(
        servers: Int = 0, workers: Int = 0, concurrency: Int? = nil, _ body: (Programs) async throws -> Result
    ) async throws -> (Result, Usage) {
        let port = try Self.freePort()
        let serverCommand = [server, "--port", "\(port)", "--log-level", "warning"]
        let workerCommand =
            [worker, "--namespace", BenchShape.namespace, "--log-level", "warning"]
            + (concurrency.map { ["--concurrency", "\($0)"] } ?? [])
        let folder = FileManager.default.temporaryDirectory
        let log = folder.appending(path: "cairn-bench-\(getpid()).log").path(percentEncoded: false)
        defer { try? FileManager.default.removeItem(atPath: log) }
        let running = Programs(
            client: try CairnClient("http://127.0.0.1:\(port)"), port: port, serverCommand: serverCommand,
            workerCommand: workerCommand, postmaster: postmaster)
        let before = running.usage()
        func children(_ name: String, _ command: [String], _ count: Int) -> [KeptChild] {
            (0..<count).map { number in
                let child = Child(
                    name: "\(name)-\(number)", command: command, directory: "/", log: log,
                    environment: ["DATABASE_URL": url])
                return KeptChild(child) { lines in lines.forEach(progress.say) }
            }
        }
        let programs = children("server", serverCommand, servers) + children("worker", workerCommand, workers)
        for program in programs { program.start() }
        do {
            try await ready(running.client, servers: servers, workers: workers)
            let result = try await body(running)
            if let dead = programs.first(where: { $0.deaths > 0 }) {
                throw CommandError(
                    .failed, .internal, "\(dead.child.name) died while it was measured",
                    do: "Its last words: \(dead.child.lastWords().joined(separator: " | "))")
            }
            var usage = running.usage()
            usage.postgresCPUSeconds = usage.postgresCPUSeconds.flatMap { now in
                before.postgresCPUSeconds.map { now - $0 }
            }
            await stop(programs)
            return (result, usage)
        } catch {
            await stop(programs)
            throw error
        }
    }

    private func stop(_ programs: [KeptChild]) async {
        await withDiscardingTaskGroup { group in
            for program in programs { group.addTask { await program.stop() } }
        }
    }

    private static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 20_000..<60_000)
            if Ports.isFree(port) { return port }
        }
        throw CommandError(.failed, .internal, "no port of 127.0.0.1 is free", do: "Try again")
    }

    /// Waits until the server answers and the workers are registered.
    private func ready(_ client: CairnClient, servers: Int, workers: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let registered = try await store.pool.queryFirst(
                "select \(unescaped: DatabaseMeter.mark) count(*) from cairn.workers where state = 'live'",
                as: Int64.self)
            var isServed = servers == 0
            if !isServed { isServed = (try? await client.health()) != nil }
            if isServed, registered == Int64(workers) { return }
            guard .now < deadline else {
                throw CommandError(
                    .failed, .internal, "the programs to measure were not ready within a minute",
                    do: "Run cairn-server and cairn-worker by hand on an empty database, and see what they say")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
