import CairnModel
package import CairnStore
package import Postgres
import Synchronization

/// A migrated database of its own, for one test.
package struct TestDatabase: Sendable {
    package let url: String
    package let store: Store

    package var pool: PostgresPool { store.pool }

    package init(url: String, store: Store) {
        self.url = url
        self.store = store
    }

    private static let template = Mutex<Task<String, any Error>?>(nil)

    /// Makes a database from the migrated template, hands it to `body` and closes it.
    package static func with<Result>(
        connections: Int = 8, _ body: (TestDatabase) async throws -> Result
    ) async throws -> Result {
        let url = try await make()
        let database = try TestDatabase(
            url: url,
            store: Store(
                pool: PostgresPool(
                    configuration: Store.configuration(
                        url: url, applicationName: "test", maxConnections: connections))))
        do {
            let result = try await body(database)
            await database.pool.close()
            return result
        } catch {
            await database.pool.close()
            throw error
        }
    }

    /// The URL of a new migrated database.
    package static func make() async throws -> String {
        let task = template.withLock { template in
            if let template { return template }
            let new = Task {
                try await TestCluster.shared.template(named: "migrated") { url in
                    let pool = PostgresPool(
                        configuration: try Store.configuration(url: url, applicationName: "migrate"))
                    _ = try await Store(pool: pool).migrate()
                    await pool.close()
                }
            }
            template = new
            return new
        }
        return try await TestCluster.shared.database(named: "cairn", template: try await task.value)
    }

    /// Registers a template given as JSON text.
    @discardableResult
    package func register(_ json: String) async throws -> TemplateRegistration {
        let decoding = Template.decode(json)
        guard let template = decoding.template else {
            throw CairnError(.invalidTemplate, decoding.issues.map(\.description).joined(separator: "\n"))
        }
        return try await store.register(template)
    }

    /// Submits one task and returns its id.
    package func submit(
        _ name: String, namespace: String = "test", context: String? = nil, options: String? = nil
    ) async throws -> Int64 {
        let outcome = try await store.submit([
            TaskSubmission(
                namespace: namespace, templateName: name, context: context.map { JSONB($0) },
                options: options.map { JSONB($0) })
        ])[0]
        switch outcome {
        case .created(let id, _), .existing(let id): return id
        case .refused(let code, let message, _): throw CairnError(ProblemCode(rawValue: code), message)
        }
    }

    /// Registers a worker with one namespace.
    package func worker(
        namespaces: [String] = ["test"], handlers: [String] = ["cairn.echo"], lease: Duration = .seconds(3600)
    ) async throws -> Int64 {
        try await store.registerWorker(
            WorkerRegistration(
                name: "test", host: "test", processID: 1, version: "test", namespaces: namespaces, handlers: handlers,
                concurrency: 10, lease: lease)
        ).id
    }

    /// Waits until a session of this database, or as many as that, wait for a lock.
    package func somebodyWaits(_ sessions: Int64 = 1) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let waiting = try await value(
                """
                select count(*) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'
                """, as: Int64.self)
            if waiting ?? 0 >= sessions { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw CairnError(.internal, "nobody waited for a lock")
    }

    /// The first value that a query gives.
    package func value<Value: PostgresDecodable>(
        _ query: PostgresQuery, as type: Value.Type = Value.self
    ) async throws -> Value? {
        try await pool.queryFirst(query, as: Value?.self) ?? nil
    }
}

/// Whether the counters of a task `t` differ from a recount `c` (`cairn.counted_tasks`), as SQL.
package let countersDiffer = """
    (t.open_steps, t.active_steps, t.retrying_steps, t.delayed_steps, t.failed_steps, t.blocking_steps,
      t.tolerated_steps, t.dropped_steps) is distinct from
    (c.open_steps, c.active_steps, c.retrying_steps, c.delayed_steps, c.failed_steps, c.blocking_steps,
      c.tolerated_steps, c.dropped_steps)
    """

/// A template whose steps all echo, from their dependencies: `[("a", []), ("b", ["a"])]`.
package func echoTemplate(
    _ name: String, _ steps: [(String, [String])], namespace: String = "test", extra: String = "",
    stepExtra: String = "", version: String = "1.0.0", handler: String = "cairn.echo"
) -> String {
    let rendered = steps.map { step, dependencies in
        let list = dependencies.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"name":"\#(step)","handler":"\#(handler)","depends_on":[\#(list)]\#(stepExtra)}"#
    }
    return
        #"{"namespace":"\#(namespace)","name":"\#(name)","version":"\#(version)"\#(extra),"steps":[\#(rendered.joined(separator: ","))]}"#
}
