import ArgumentParser
import CairnLog
import CairnModel
import CairnWorker
import Logging

/// `cairn-worker`: runs the steps of some namespaces with the stock handlers.
@main
struct CairnWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cairn-worker",
        abstract: "Runs the steps of some namespaces with the stock handlers.",
        discussion: """
            SIGTERM or Ctrl-C: stop claiming, finish, leave. Ctrl-C again: cancel what runs and leave.
            A database that is away, or not migrated yet, is waited for.
            """,
        version: CairnVersion.current)

    @Option(help: ArgumentHelp("Where PostgreSQL is; DATABASE_URL unless given.", valueName: "url"))
    var databaseURL: String?

    @Option(
        name: .customLong("namespace"), help: ArgumentHelp("Whose steps to run; may be repeated.", valueName: "name"))
    var namespaces: [String] = []

    @Option(help: ArgumentHelp("How many steps run at once.", valueName: "n"))
    var concurrency = 100

    @Flag(help: "Do not listen for notifications, only poll: for a pooler in transaction mode.")
    var pollOnly = false

    @Option(
        name: .customLong("allow-process"),
        help: ArgumentHelp(
            "A program that cairn.process may run, as a glob over its path; may be repeated.", valueName: "glob"))
    var allowedProcesses: [String] = []

    @Option(
        help: ArgumentHelp("How long running steps may take to finish when the worker stops.", valueName: "duration"))
    var drainTimeout = DurationArgument(milliseconds: .seconds(30))

    @Option(
        help: ArgumentHelp("How long the worker may be silent before its steps run elsewhere.", valueName: "duration"))
    var lease = DurationArgument(milliseconds: .seconds(6))

    @Option(
        help: ArgumentHelp(
            "What the worker is called; the host's name and the process's number unless given.", valueName: "name"))
    var name: String?

    @Option(help: "The least severe messages to log: trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    func run() async throws {
        SignalDisposition.ignoreBrokenPipes()
        let logger = StandardErrorLog.logger(label: "cairn-worker", level: logLevel)
        let worker: Worker
        do {
            let configuration = try workerConfiguration()
            worker = try Worker(
                configuration: configuration, handlers: StockHandlers.all(for: configuration), logger: logger)
        } catch let error as CairnError {
            throw ValidationError(error.description)
        }
        logger.info(
            """
            cairn-worker \(CairnVersion.current): namespaces \(namespaces.joined(separator: ", ")); \
            handlers \(worker.handlerNames.joined(separator: ", ")); concurrency \(concurrency)
            """)
        do {
            try await WorkerProcess(worker: worker, logger: logger).run()
        } catch let error as CairnError {
            Self.end(Self.refused, error.message, error.hint ?? "Mend that, and start it again")
        }
        logger.info("stopped")
    }
}
