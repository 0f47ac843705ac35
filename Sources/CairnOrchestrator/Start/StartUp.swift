import CairnModel
import CairnStore
package import Logging
package import Postgres
import ServiceLifecycle

/// What must be done before a server can serve: wait for the database, migrate or wait for the schema, register the
/// templates. Then it opens the gate.
///
/// A database that is away is waited for, with one line when that begins; a template file that cannot be registered is
/// named with its errors and skipped.
package struct StartUp: Service {
    private let configuration: PostgresConfiguration
    private let migrates: Bool
    private let templates: TemplateFolder?
    private let gate: StartGate
    private let logger: Logger

    /// The start of a server; `migrates` says whether it brings the schema up to date itself.
    package init(
        configuration: PostgresConfiguration, migrates: Bool, templates: TemplateFolder?, gate: StartGate,
        logger: Logger
    ) {
        var configuration = configuration
        configuration.maxConnections = 1
        // A migration may have to wait for another server's; for how long, it knows itself.
        configuration.settings["lock_timeout"] = nil
        configuration.settings["statement_timeout"] = nil
        self.configuration = configuration
        self.migrates = migrates
        self.templates = templates
        self.gate = gate
        self.logger = logger
    }

    /// Prepares the database, opens the gate, and stays until graceful shutdown.
    package func run() async throws {
        let pool = PostgresPool(configuration: configuration, logger: logger)
        do {
            let isPrepared = try await prepare(Store(pool: pool))
            await pool.close()
            guard isPrepared else { return }
        } catch {
            await pool.close()
            throw error
        }
        gate.open()
        try? await gracefulShutdown()
    }

    /// True when everything is done, false when the program is to stop first.
    private func prepare(_ store: Store) async throws -> Bool {
        var outage = OutageState()
        var said: String?
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            var wish: String?
            do {
                wish = try await missing(in: store)
                if wish == nil {
                    try await register(in: store)
                    if said != nil { logger.notice("the database is ready") }
                    return true
                }
                _ = outage.failed()
            } catch let error as PostgresError where error.mayPass {
                _ = outage.failed()
                let what =
                    error.isLockTimeout || error.isTransactionConflict
                    ? "waiting" : "cannot reach the database, trying until it works"
                wish = "\(what): \(error.message)"
            } catch let delayed as ActionDelayed {
                _ = outage.failed()
                wish = "waiting: \(delayed)"
            }
            if let wish, wish != said, !Task.isCancelled {
                logger.warning("\(wish)")
                said = wish
            }
            let delay = outage.delay
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        }
        return false
    }

    /// What stands in the way, as a sentence; nil when the schema is as this program needs it.
    private func missing(in store: Store) async throws -> String? {
        if migrates {
            let applied = try await store.migrate()
            if !applied.isEmpty { logger.notice("migrated the database", metadata: ["files": "\(applied.count)"]) }
            return nil
        }
        let status = try await store.migrationStatus()
        if let problem = status.problem { throw CairnError(.schemaMismatch, problem) }
        return status.isCurrent ? nil : "waiting for the schema: run `cairn migrate`, or start with --migrate"
    }

    private func register(in store: Store) async throws {
        for outcome in try await templates?.register(in: store) ?? [] {
            if let message = outcome.skipMessage { logger.error("\(message)") }
            for issue in outcome.issues {
                logger.log(level: issue.severity == .error ? .error : .warning, "\(issue.description)")
            }
            if outcome.end == .registered {
                logger.info("registered a template", metadata: ["file": "\(outcome.path)"])
            }
        }
    }
}

extension PostgresError {
    /// Whether waiting may help: the server is away, starting, stopping or full.
    var mayPass: Bool {
        isConnectionLost || code == .acquireTimeout || isTransactionConflict
            || ["53", "57", "58", "55", "28"].contains(sqlState.map { String($0.prefix(2)) })
    }
}
