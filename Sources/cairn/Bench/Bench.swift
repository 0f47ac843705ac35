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
            On a private PostgreSQL with its defaults (fsync and synchronous_commit on), a real server and real worker \
            processes. The steps do nothing (cairn.echo). Each shape is measured three times over: tasks submitted first \
            and then worked off, one task at a time on an idle system, and tasks that come at a fixed rate. Every time is \
            the database's. Beside it stand two references: one small commit, and the same work done by the SQL functions \
            alone.

            Shapes: \(BenchShape.all.map(\.name).joined(separator: ", ")).
            """)

    @Option(
        name: .customLong("shape"), parsing: .upToNextOption,
        help: "What to measure (repeatable; default: every shape).")
    var shapes: [String] = []

    @Option(help: "Steps to work off, of each shape.")
    var steps = 40_000

    @Option(help: "Tasks to run one at a time, of each shape.")
    var idleTasks = 200

    @Option(
        help:
            "Tasks a second that come in whatever becomes of them (default: half of what was worked off, at most \(Int(BenchRun.highestRate)))."
    )
    var rate: Double?

    @Option(help: "For how many seconds they come.")
    var seconds = 10

    @Option(help: "Worker processes.")
    var workers = 2

    @Option(help: "How often to measure everything; the report has the medians.")
    var runs = 1

    @Option(
        help: ArgumentHelp("An empty database to use instead of a private PostgreSQL.", valueName: "url"))
    var databaseURL: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        for name in shapes where BenchShape.named(name) == nil {
            throw ValidationError(
                "there is no shape \"\(name)\"; there are \(BenchShape.all.map(\.name).joined(separator: ", "))")
        }
        for (name, value, limit) in [
            ("--steps", steps, 10_000_000), ("--idle-tasks", idleTasks, 100_000), ("--seconds", seconds, 86_400),
            ("--workers", workers, 64), ("--runs", runs, 100),
        ] {
            guard (1...limit).contains(value) else { throw ValidationError("\(name) must be from 1 to \(limit)") }
        }
        if let rate, !(0.01...100_000).contains(rate) {
            throw ValidationError("--rate must be from 0.01 to 100000 tasks a second")
        }
    }

    func run() async throws {
        let printer = output.printer
        let progress = UpOutput(printer: printer)
        let run = BenchRun(
            shapes: shapes.isEmpty ? BenchShape.all : shapes.compactMap(BenchShape.named), steps: steps,
            idleTasks: idleTasks, rate: rate, seconds: seconds, workers: workers, runs: runs,
            server: try Programs.sibling("cairn-server"), worker: try Programs.sibling("cairn-worker"),
            progress: progress)
        let report: BenchReport
        if let databaseURL {
            report = try await run.measure(databaseURL, postmaster: nil)
        } else {
            report = try await BenchCluster.with { running in
                try await run.measure(running.url, postmaster: BenchCluster.postmaster(of: running))
            }
        }
        printer.show(report.json) { report.lines(width: printer.width) }
    }
}
