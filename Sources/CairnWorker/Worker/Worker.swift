import CairnModel
import CairnStore
public import Logging
import Postgres
public import ServiceLifecycle

/// A worker: claims the steps of its namespaces that its handlers can run, runs them, and settles them.
///
/// ```swift
/// let worker = try Worker(
///     configuration: WorkerConfiguration(databaseURL: url, namespaces: ["billing"]), handlers: [Charge(bank: bank)])
/// let service = ServiceGroupConfiguration.ServiceConfiguration(
///     service: worker, successTerminationBehavior: .gracefullyShutdownGroup)
/// try await ServiceGroup(
///     configuration: .init(services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
/// ).run()
/// ```
///
/// It opens three connections at most: one that exchanges, one that reports that the worker lives, and one that listens
/// (unless it only polls). A database that is away, at the start or later, is waited for.
///
/// Graceful shutdown drains: no more claims, running handlers finish until the drain timeout, then they are cancelled
/// and reported as retryable; their results are settled, and the worker leaves. Cancelling the task that runs it
/// does the same without waiting for handlers. Either way `run` returns only when that has been done, or when the
/// database could not be reached for it; a handler that ignores its cancellation is left behind.
///
/// An operator may ask a worker to leave (`cairn.drain_worker`). It drains then as in a graceful shutdown, and `run`
/// returns: add the worker with `successTerminationBehavior: .gracefullyShutdownGroup`, so that its group ends with it.
public struct Worker: Service {
    private let configuration: WorkerConfiguration
    let postgres: PostgresConfiguration
    private let handlers: HandlerRegistry
    private let logger: Logger
    private let inbox = Inbox<WorkerEvent>()

    /// A worker with these handlers; add ``StockHandlers`` for those that `cairn-worker` brings.
    ///
    /// - Throws: `CairnError` when the configuration or the handlers make no sense.
    public init(
        configuration: WorkerConfiguration, handlers: [any RawStepHandler],
        logger: Logger = Logger(label: "cairn.worker")
    ) throws {
        try configuration.check()
        self.configuration = configuration
        self.handlers = try HandlerRegistry(handlers)
        self.logger = logger
        do {
            var postgres = try Store.configuration(
                url: configuration.databaseURL, applicationName: "cairn-worker", maxConnections: 2)
            // A pooler in transaction mode hands each statement to another server session, which knows no names.
            if configuration.pollOnly { postgres.statementCacheCapacity = 0 }
            self.postgres = postgres
        } catch let error as PostgresError {
            throw CairnError(.badRequest, "the database URL is wrong: \(error.message)")
        }
    }

    /// The names of its handlers, sorted.
    public var handlerNames: [String] { handlers.names }

    /// Runs until graceful shutdown or cancellation.
    ///
    /// - Throws: `CairnError` when the database does not let the worker in, `namespace_not_granted` above all.
    public func run() async throws {
        let pool = PostgresPool(configuration: postgres, logger: logger)
        let inbox = inbox
        // Everything happens in a task of its own, so that cancellation does not cut off the last settlements.
        let work = Task(executorPreference: PostgresThread.executor) { [self] in
            var runtime = WorkerRuntime(
                configuration: configuration, store: Store(pool: pool), handlers: handlers, registration: registration,
                inbox: inbox, logger: logger)
            let rejection = await runtime.run()
            await pool.close()
            if let rejection { throw rejection.withAdvice }
        }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await work.value
            } onGracefulShutdown: {
                inbox.post(.drain(atOnce: false))
            }
        } onCancel: {
            inbox.post(.drain(atOnce: true))
        }
    }

    /// Cancels what runs, settles, and leaves, without waiting for handlers to finish.
    public func stopNow() { inbox.post(.drain(atOnce: true)) }

    private var registration: WorkerRegistration {
        WorkerRegistration(
            name: configuration.name ?? "\(Host.name)-\(Host.processID)", host: Host.name, processID: Host.processID,
            version: CairnVersion.current, namespaces: configuration.namespaces, handlers: handlers.names,
            concurrency: Int32(configuration.concurrency), pollOnly: configuration.pollOnly, lease: configuration.lease)
    }
}

extension CairnError {
    /// With what to do about it, where the database does not say so itself.
    fileprivate var withAdvice: CairnError {
        var error = self
        if error.code == "namespace_not_granted", error.hint == nil {
            error.hint =
                "The owner of the schema grants it: select cairn.grant_namespace('ROLE', 'NAMESPACE', 'WHO', 'WHY')"
        }
        return error
    }
}
