import EmbeddedPostgres
import Foundation
import Logging
import Synchronization
import TestSupport

/// PostgreSQL, the servers and the workers, each in front of a proxy of its own.
final class Fleet: Sendable {
    let folder: URL
    let slots: [Slot]
    let servers: [URL]
    private let postgres: EmbeddedPostgres
    private let running: Mutex<EmbeddedPostgres.Running>
    private let restart = Turn()

    var workers: [Slot] { slots.filter { $0.kind == .worker } }

    /// Where the database is for the suite itself: past every proxy.
    let url: String

    private init(
        folder: URL, slots: [Slot], servers: [URL], postgres: EmbeddedPostgres, running: EmbeddedPostgres.Running
    ) {
        self.folder = folder
        self.slots = slots
        self.servers = servers
        self.postgres = postgres
        self.running = Mutex(running)
        url = running.url
    }

    /// Starts a PostgreSQL with its defaults (fsync and synchronous_commit on) in this folder; no program runs yet.
    static func make(in folder: URL, workers: Int, servers: Int) async throws -> Fleet {
        var quiet = Logger(label: "chaos")
        quiet.logLevel = .critical
        let postgres = EmbeddedPostgres(
            dataDirectory: folder.appending(path: "postgres").path(percentEncoded: false),
            settings: ["log_lock_waits": "on", "deadlock_timeout": "200ms"], logger: quiet)
        let running = try await postgres.start()
        let socket = running.socketDirectory + "/.s.PGSQL.5432"
        var slots: [Slot] = []
        var addresses: [URL] = []
        let script = Effects.script
        for number in 1...workers {
            let proxy = try await Proxy.bind(to: socket)
            slots.append(
                Slot(
                    name: "worker-\(number)", kind: .worker, proxy: proxy,
                    arguments: [
                        "--database-url", url(of: proxy), "--namespace", "chaos", "--concurrency", "8",
                        "--allow-process", script,
                    ], logs: folder))
        }
        for number in 1...servers {
            let proxy = try await Proxy.bind(to: socket)
            let port = try freePort()
            guard let address = URL(string: "http://127.0.0.1:\(port)") else { throw URLError(.badURL) }
            addresses.append(address)
            slots.append(
                Slot(
                    name: "server-\(number)", kind: .server, proxy: proxy,
                    arguments: [
                        "--database-url", url(of: proxy), "--port", "\(port)", "--allow-callback-to", "127.0.0.1",
                    ],
                    logs: folder))
        }
        return Fleet(folder: folder, slots: slots, servers: addresses, postgres: postgres, running: running)
    }

    private static func url(of proxy: Proxy) -> String {
        "postgresql://\(EmbeddedPostgres.user)@127.0.0.1:\(proxy.port)/\(EmbeddedPostgres.user)?sslmode=disable"
    }

    /// Serves the proxies until the task is cancelled.
    func runProxies() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for slot in slots { group.addTask { try await slot.proxy.run() } }
            try await group.waitForAll()
        }
    }

    /// Stops PostgreSQL in its immediate mode (nothing is written down, the log is replayed at the next start) and starts
    /// it again. Of two that ask for it at once the second comes after the first.
    func restartPostgres() async throws {
        try await restart.take {
            let old = running.withLock { $0 }
            let file = old.dataDirectory + "/postmaster.pid"
            guard let line = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first,
                let postmaster = Int32(line)
            else { throw NeverHappened(description: "\(file) names no process") }
            kill(postmaster, SIGQUIT)
            _ = await old.failure()
            let new = try await postgres.start()
            running.withLock { $0 = new }
        }
    }

    /// Stops every program as an operator would; returns those that did not end with 0.
    func stop() async throws -> [String] {
        for slot in slots {
            try await eventually("\(slot.name) is free") { slot.reserve() ? () : nil }
            slot.program?.signal(SIGTERM)
        }
        var failures: [String] = []
        for slot in slots {
            guard let program = slot.program else { continue }
            let code = try await program.exitCode()
            if code != 0 { failures.append("\(slot.workerName) ended with \(code)") }
        }
        return failures
    }

    func stopPostgres() async { await running.withLock { $0 }.stop() }
}
