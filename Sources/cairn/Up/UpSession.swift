import CairnClient
import CairnModel
import CairnStore
import EmbeddedPostgres
import Foundation
import Postgres

/// The phases of `up`, one after the other. Cancelling it ends it; the stack then knows what to take down.
struct UpSession {
    let plan: UpPlan
    let output: UpOutput
    let stack: UpStack
    let lock: UpLock

    func run() async throws {
        let programs = try UpPrograms(plan)
        for folder in plan.project.foldersWithoutNamespace {
            output.skip(
                "No worker is started for Templates/\(folder): no namespace can be called so; "
                    + "use a-z, 0-9 and _, a letter first, at most \(TemplateLimits.nameLength)")
        }
        let (url, embedded) = try await database()
        lock.write(UpLock.State(processID: getpid(), databaseURL: url, server: plan.server))
        try await migrate(url)
        try await UpTemplates(plan: plan, output: output).register(url)
        let client = try CairnClient(plan.server, timeout: 10)
        let hasShop = try await shop(programs)
        try await server(programs, url, client)
        try await workers(programs, url, client)
        let sample = try await UpSample(plan: plan, output: output).run(client)
        UpBanner(plan: plan, databaseURL: url, sample: sample, hasShop: hasShop).show(output)
        if plan.sample == .only {
            if let sample { return try TaskEnding.check(sample, output.printer) }
            throw CommandError(
                .failed, "no_sample", "there was no sample to run",
                do: "The line that begins with \"No sample is run\" says why")
        }
        if let embedded { try await keep(embedded) }
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    /// Starts PostgreSQL again whenever it has stopped by itself; server and workers find it where it was.
    private func keep(_ database: EmbeddedPostgres.Running) async throws {
        var database = database
        var backoff = RestartBackoff()
        var start = ContinuousClock.now
        while let failure = await database.failure() {
            output.say(Line(failure.what, .red))
            try await Task.sleep(for: backoff.next(after: .now - start))
            start = .now
            // What the old one left behind may be in the way for a moment.
            guard let again = try? await embeddedPostgres.start() else { continue }
            database = again
            stack.replace(database)
            output.say(Line([Span("✔ ", .green), Span("PostgreSQL is started again")]))
        }
    }

    private var embeddedPostgres: EmbeddedPostgres {
        EmbeddedPostgres(dataDirectory: plan.project.postgres, logger: Database.quiet)
    }

    private func database() async throws -> (String, EmbeddedPostgres.Running?) {
        if let url = plan.databaseURL {
            return try await output.phase {
                let version = try await Self.version(url)
                return ((url, nil), "PostgreSQL \(version) answers at \(try PostgresConfiguration(url: url))")
            }
        }
        return try await output.phase {
            let isNew = !plan.project.hasDatabase
            let running = try await embeddedPostgres.start()
            stack.add(running)
            let version = try await Self.version(running.url)
            return (
                (running.url, running),
                "PostgreSQL \(version) is ready\(isNew ? ", newly made in \(running.dataDirectory)," : "")"
            )
        }
    }

    private static func version(_ url: String) async throws -> String {
        try await Database.withStore(url) { store in
            let version = try await store.pool.queryFirst("show server_version", as: String.self) ?? "?"
            return version.split(separator: " ").first.map(String.init) ?? version
        }
    }

    private func migrate(_ url: String) async throws {
        try await output.phase {
            let applied = try await Database.withStore(url) { try await $0.migrate() }
            return ((), applied.isEmpty ? "Schema is up to date" : Self.migrated(applied.count))
        }
    }

    private static func migrated(_ files: Int) -> String {
        "Schema migrated, \(files) \(files == 1 ? "file" : "files"),"
    }

    /// Starts the example shop, if it is wanted and can be.
    private func shop(_ programs: UpPrograms) async throws -> Bool {
        guard let program = programs.shop else { return false }
        let port = plan.shopPort
        let missing = plan.templatesThatMissTheShop
        guard Ports.isFree(port) else {
            output.skip(Ports.shopIsTaken(port, isCalled: missing.isEmpty, besides: plan.port))
            return false
        }
        for file in missing { output.skip(Ports.shopIsMissed(port, by: file)) }
        try await output.phase {
            let shop = stack.start("example-shop", [plan.shopChild(program)])
            try await wait("example-shop", shop) { !Ports.isFree(port) }
            return ((), "example-shop is ready at http://127.0.0.1:\(port)")
        }
        return true
    }

    private func server(_ programs: UpPrograms, _ url: String, _ client: CairnClient) async throws {
        try await output.phase {
            let server = stack.start("Server", [plan.serverChild(programs.server, database: url)])
            try await wait("the server", server) {
                let health = try? await client.health()
                // This program has migrated the database: a server that asks for it still is of another version.
                if let reason = health?.reason, reason.contains("cairn migrate") {
                    throw CommandError(
                        .refused, .schemaMismatch,
                        "\(programs.server) is of another version than this program: \(reason)",
                        do: "Build both from one checkout: swift build")
                }
                return health?.isReady == true
            }
            return ((), "Server is ready at \(plan.server)")
        }
    }

    private func workers(_ programs: UpPrograms, _ url: String, _ client: CairnClient) async throws {
        let children = plan.workerChildren(programs.worker, database: url)
        guard plan.workers > 0 else {
            return output.skip(
                "No worker is started, as --workers 0 says; tasks wait for one: cairn-worker --namespace NAMESPACE")
        }
        guard !children.isEmpty else {
            return output.skip("No worker is started: there are no namespaces in \(plan.project.templates)")
        }
        try await output.phase {
            let before = Set(try await client.workers(includingEnded: true).map(\.id))
            let workers = stack.start("Workers drained and", children)
            try await wait("a worker", workers) {
                let live = try? await client.workers().filter { !before.contains($0.id) }
                return Set(live?.flatMap(\.namespaces) ?? []).isSuperset(of: plan.project.namespaces)
            }
            let count = children.count == 1 ? "1 worker is" : "\(children.count) workers are"
            return ((), "\(count) ready (\(plan.project.namespaces.joined(separator: ", ")))")
        }
    }

    /// Waits until something is ready; a child that dies meanwhile will not be.
    private func wait(_ what: String, _ children: [KeptChild], until isReady: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isReady() {
            let dead = children.first { $0.deaths > 0 }
            if dead != nil || ContinuousClock.now > deadline {
                let child = dead ?? children.first
                throw CommandError(
                    dead == nil ? .unreachable : .failed, "not_ready",
                    dead == nil ? "\(what) was not ready within 60 s" : "\(what) could not be started",
                    do: "Look into \(child?.child.log ?? plan.project.logs)")
            }
            try await Task.sleep(for: .milliseconds(40))
        }
    }
}
