import CairnOrchestrator
import Logging
import Postgres

/// The server's connections, apart by what they may be held up by.
///
/// Operators' actions wait for whoever has their task locked, and submits for whoever has their key; requests that wait
/// so must not be in the way of others, nor of the server's own loops. So each has a pool of its own. (Two listeners are
/// besides.)
struct Pools {
    /// Reads.
    let requests: PostgresPool
    /// Submits.
    let submits: PostgresPool
    /// What may have to wait for a lock.
    let control: PostgresPool
    /// The sweep and the hooks.
    let loops: PostgresPool

    init(configuration: PostgresConfiguration, logger: Logger) {
        func pool(_ connections: Int, _ change: (inout PostgresConfiguration) -> Void = { _ in }) -> PostgresPool {
            var configuration = configuration
            configuration.maxConnections = connections
            change(&configuration)
            return PostgresPool(configuration: configuration, logger: logger)
        }
        requests = pool(8)
        // As many as the intake has statements in flight: most of the time two are used.
        let limits = IntakeLimits()
        submits = pool(limits.statements + limits.alone + limits.patient)
        // Whoever acts is a person, or retries: an answer in seconds is worth more to both than a long wait.
        control = pool(4) {
            $0.settings["lock_timeout"] = "3s"
            $0.acquireTimeout = .seconds(5)
        }
        loops = pool(4)
    }

    /// Closes all of them, once what is under way has ended.
    func close() async {
        await requests.close()
        await submits.close()
        await control.close()
        await loops.close()
    }
}
