import CairnHooks
import CairnModel
import CairnOrchestrator
import CairnServer
import CairnStore
import Foundation
import Logging
import Postgres
import ServiceLifecycle
import UnixSignals

/// Everything the program runs, from its arguments.
struct Server {
    private let command: CairnServerCommand
    private let options: ServerOptions
    private let signer: WebhookSigner
    private let configuration: PostgresConfiguration
    private let templates: TemplateFolder?
    private let logger: Logger

    /// Reads what the arguments name; nothing is started yet.
    init(_ command: CairnServerCommand, environment: [String: String]) throws {
        guard let url = command.databaseURL ?? environment["DATABASE_URL"], !url.isEmpty else {
            throw Failure(
                .badInput, "no database is given",
                whatToDo: "pass --database-url postgres://user@host/database, or set DATABASE_URL")
        }
        self.command = command
        var options = ServerOptions(host: command.host, port: command.port)
        options.callbacks = try Self.callbackRules(command, environment)
        self.options = options
        signer = try Self.signer(command, environment)
        var logger = Logger(label: "cairn-server")
        logger.logLevel = command.logLevel
        self.logger = logger
        try Self.guardExposure(options, command, logger)
        templates = try command.templates.map { try TemplateFolder(path: $0) }
        var configuration = try Store.configuration(url: url, applicationName: "cairn-server")
        // Nobody waits for a lock for ever. (Submits set a time of their own.)
        configuration.settings["lock_timeout"] = "5s"
        // Nothing that a client sends may keep the others waiting for longer, nor a backend busy when it has gone.
        configuration.settings["statement_timeout"] = "15s"
        self.configuration = configuration
    }

    private static func callbackRules(
        _ command: CairnServerCommand, _ environment: [String: String]
    ) throws -> CallbackRules {
        let more = (environment["CAIRN_ALLOW_CALLBACK_TO"] ?? "").split { " ,".contains($0) }.map(String.init)
        do {
            return try CallbackRules(allowing: command.allowCallbackTo + more)
        } catch {
            throw Failure(
                .badInput, "\"\(error.text)\" is nothing that hooks could be allowed to be posted to",
                whatToDo: "give --allow-callback-to an address, a network such as 10.0.0.0/8, or the name of a host")
        }
    }

    private static func signer(
        _ command: CairnServerCommand, _ environment: [String: String]
    ) throws -> WebhookSigner {
        do {
            let given = command.webhookSecret.joined(separator: " ")
            return WebhookSigner(
                secrets: try WebhookSecret.list(given + " " + (environment["CAIRN_WEBHOOK_SECRET"] ?? "")))
        } catch {
            throw Failure(
                .badInput, "a secret for webhooks is not of the form that Standard Webhooks has",
                whatToDo: "make one with: echo whsec_$(openssl rand -base64 32)")
        }
    }

    /// The API has no authentication yet, so it is for this machine only.
    private static func guardExposure(_ options: ServerOptions, _ command: CairnServerCommand, _ logger: Logger) throws
    {
        guard !options.isLoopback else { return }
        guard command.allowUnauthenticated else {
            throw Failure(
                .refused, "\(options.host) can be reached from other machines, and the API has no authentication yet",
                whatToDo: "bind 127.0.0.1 behind a proxy that authenticates, or pass --allow-unauthenticated")
        }
        logger.warning(
            "the API has no authentication, and everybody who reaches the port may do everything",
            metadata: ["host": "\(options.host)"])
    }

    /// Runs until a signal, and then until everything in flight is done.
    func run() async throws {
        let pools = Pools(configuration: configuration, logger: logger)
        let store = Store(pool: pools.requests, control: pools.control)
        let loops = Store(pool: pools.loops)
        let gate = StartGate()
        let intake = TaskIntake(store: Store(pool: pools.submits))
        let troubles = Troubles()
        let start = StartUp(
            configuration: configuration, migrates: command.migrate, templates: templates, gate: gate, logger: logger)
        let application = buildApplication(
            Dependencies(store: store, intake: intake, gate: gate, troubles: troubles), options: options, logger: logger
        ) { [options] port in
            let host = options.host.contains(":") ? "[\(options.host)]" : options.host
            // In a log that has what goes to standard error as well, each line begins with its time.
            let time = Date.now.ISO8601Format(.init(includingFractionalSeconds: true))
            printLine("\(time) notice cairn-server listening on http://\(host):\(port)")
        }
        let delivery = HookDelivery(
            store: loops, client: DirectHookClient(rules: options.callbacks), signer: signer, logger: logger)
        let bells = Bells()
        let hooks = HookDeliverer(
            store: loops, delivery: delivery, gate: gate, listens: configuration, bells: bells, logger: logger)
        // Stopped from the last to the first: no more requests, then what they have submitted.
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: intake), .init(service: start),
                .init(service: Sweeper(store: loops, gate: gate, troubles: troubles, bells: bells, logger: logger)),
                .init(service: hooks),
                .init(service: application),
            ], gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger)
        group.maximumGracefulShutdownDuration = .seconds(command.shutdownTimeout)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            await pools.close()
            throw portFailure(error) ?? error
        }
        await pools.close()
        logger.notice("stopped")
    }

    /// ServiceLifecycle tells of each service at debug and of failures at error; the failure is told by the program.
    private var quietLogger: Logger {
        var logger = logger
        if logger.logLevel > .debug { logger.logLevel = .critical }
        return logger
    }

    private func portFailure(_ error: any Error) -> Failure? {
        guard let reason = BindFailure(error) else { return nil }
        switch reason {
        case .inUse:
            return Failure(
                .failed, "port \(options.port) of \(options.host) is in use",
                whatToDo: "stop the program that uses it, or choose another one with --port")
        case .notAllowed:
            return Failure(
                .failed, "port \(options.port) of \(options.host) may not be bound by this user",
                whatToDo: "choose a port above 1023 with --port")
        case .noSuchAddress:
            return Failure(
                .badInput, "\(options.host) is no address of this machine", whatToDo: "choose another one with --host")
        }
    }
}
