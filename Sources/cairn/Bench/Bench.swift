import ArgumentParser
import CairnModel
import EmbeddedPostgres
import Foundation
import Postgres

/// `cairn bench`
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure what this machine can do, next to the commit latency of its disk.",
        discussion: """
            On a private PostgreSQL with its defaults (fsync and synchronous_commit on) and real worker processes. Every \
            time is the database's: when a step was claimed and when its end was recorded. Chains of four cairn.echo \
            steps: all submitted first, then worked off; then one at a time on an idle system.
            """)

    @Option(help: "Tasks to work off.")
    var tasks = 5000

    @Option(help: "Tasks to run one at a time.")
    var idleTasks = 200

    @Option(help: "Worker processes.")
    var workers = 2

    @Option(
        help: ArgumentHelp("An empty database to use instead of a private PostgreSQL.", valueName: "url"))
    var databaseURL: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1_000_000).contains(tasks) else { throw ValidationError("--tasks must be from 1 to 1000000") }
        guard (1...100_000).contains(idleTasks) else { throw ValidationError("--idle-tasks must be from 1 to 100000") }
        guard (1...64).contains(workers) else { throw ValidationError("--workers must be from 1 to 64") }
    }

    func run() async throws {
        let printer = output.printer
        let run = BenchRun(
            tasks: tasks, idleTasks: idleTasks, workers: workers, worker: try Programs.sibling("cairn-worker"),
            progress: UpOutput(printer: printer))
        let report: BenchReport
        if let databaseURL {
            report = try await run.measure(databaseURL)
        } else {
            let folder = FileManager.default.temporaryDirectory.appending(path: "cairn-bench-\(getpid())")
            var postgres = EmbeddedPostgres(
                dataDirectory: folder.path(percentEncoded: false), settings: ["max_wal_size": "4GB"],
                logger: Database.quiet)
            postgres.isTemporary = true
            let running = try await postgres.start()
            do {
                report = try await run.measure(running.url)
                await running.stop()
            } catch {
                await running.stop()
                throw error
            }
        }
        printer.show(report.json) { report.lines(width: printer.width) }
    }
}
