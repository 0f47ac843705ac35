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
            processes. Every time is the database's.

            Phases:
              shapes   graphs of steps that do nothing (cairn.echo): worked off, one at a time, and at a fixed rate; \
            beside them the same work by the SQL functions alone, and what a plain function takes for a step
              submit   submits by HTTP, one task a request and in batches
              wakeup   from a submit to the start of its step while all workers wait
              idle     transactions of a system that has nothing to do
              scaling  steps of 20 ms on one worker, and on eight
              micro    the hot paths of Swift alone

            Shapes: \(BenchShape.all.map(\.name).joined(separator: ", ")).

            Beside everything stands one small commit. --setting tells the private PostgreSQL what is not its default: with \
            commit_siblings=0 and commit_delay=250 each commit takes at least 0.25 ms longer, as on a slower disk.
            """)

    @Option(
        name: .customLong("phase"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "What to measure (repeatable; default: \(BenchPhase.usual.map(\.rawValue).joined(separator: ", ")), and nothing beside --hold-snapshot or --soak).",
            valueName: "phase"))
    var phases: [String] = []

    @Option(
        name: .customLong("shape"), parsing: .upToNextOption,
        help: "Which shapes (repeatable; default: every shape).")
    var shapes: [String] = []

    @Option(help: "Steps to work off, of each shape.")
    var steps = 40_000

    @Option(help: "Tasks to run one at a time, of each shape and to wake workers.")
    var idleTasks = 200

    @Option(
        help:
            "Tasks a second that come in whatever becomes of them (default: half of what was worked off; outside --soak at most \(Int(BenchRun.highestRate)))."
    )
    var rate: Double?

    @Option(help: "For how many seconds they come, submits are counted, and the idle system is watched.")
    var seconds = 10

    @Option(help: "Worker processes.")
    var workers = 2

    @Option(help: "How often to measure everything but the soak; the report has the medians.")
    var runs = 1

    @Option(
        help: ArgumentHelp("First fill the tables with so many finished steps.", valueName: "steps"))
    var aged: Int?

    @Flag(help: "Compare work while a snapshot is held open with work without.")
    var holdSnapshot = false

    @Option(
        help: ArgumentHelp("Bear half of what can be done for so long, and look at each minute.", valueName: "minutes"))
    var soak: Int?

    @Option(
        help: ArgumentHelp(
            "An empty database to use instead of a private PostgreSQL; --aged needs a superuser.", valueName: "url"))
    var databaseURL: String?

    @Option(
        name: .customLong("setting"),
        help: ArgumentHelp(
            "A setting of the private PostgreSQL that is not its default (repeatable).", valueName: "name=value"))
    var settings: [BenchSetting] = []

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if databaseURL != nil, let setting = settings.first {
            throw ValidationError(
                "--setting \(setting.name) is for a private PostgreSQL, and --database-url names one that has its settings"
            )
        }
        if let setting = settings.first(where: \.isOurs) {
            throw ValidationError(
                "--setting \(setting.name) says where the private PostgreSQL is and how it is reached, which is not to choose"
            )
        }
        for name in phases where BenchPhase(rawValue: name) == nil {
            throw ValidationError(
                "there is no phase \"\(name)\"; there are \(BenchPhase.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        for name in shapes where BenchShape.named(name) == nil {
            throw ValidationError(
                "there is no shape \"\(name)\"; there are \(BenchShape.all.map(\.name).joined(separator: ", "))")
        }
        if let setting = settings.first, !plan.needsDatabase {
            throw ValidationError(
                "--setting \(setting.name) is for a private PostgreSQL, and --phase micro needs none")
        }
        for (name, value, limit) in [
            ("--steps", steps, 10_000_000), ("--idle-tasks", idleTasks, 100_000), ("--seconds", seconds, 86_400),
            ("--workers", workers, 64), ("--runs", runs, 100), ("--aged", aged ?? 1, 1_000_000_000),
            ("--soak", soak ?? 1, 100_000),
        ] {
            guard (1...limit).contains(value) else { throw ValidationError("\(name) must be from 1 to \(limit)") }
        }
        if let rate, !(0.01...100_000).contains(rate) {
            throw ValidationError("--rate must be from 0.01 to 100000 tasks a second")
        }
    }

    private var plan: BenchPlan {
        let hasOther = holdSnapshot || soak != nil
        return BenchPlan(
            phases: Set(phases.isEmpty && !hasOther ? BenchPhase.usual : phases.compactMap(BenchPhase.init)),
            shapes: shapes.isEmpty ? BenchShape.all : shapes.compactMap(BenchShape.named), steps: steps,
            idleTasks: idleTasks, rate: rate, seconds: seconds, workers: workers, runs: runs, agedSteps: aged,
            holdsSnapshot: holdSnapshot, soakMinutes: soak,
            settings: Dictionary(settings.map { ($0.name, $0.value) }) { $1 })
    }

    func run() async throws {
        let printer = output.printer
        let run = BenchRun(
            plan: plan, server: try Programs.sibling("cairn-server"), worker: try Programs.sibling("cairn-worker"),
            progress: UpOutput(printer: printer))
        let report = try await Signals.cancelling {
            run.progress.say(Line("Stopping; Ctrl-C again stops hard", .dim))
        } _: { [databaseURL] in
            if !run.plan.needsDatabase { return try await run.measureAlone() }
            if let databaseURL { return try await run.measure(databaseURL, postmaster: nil) }
            return try await BenchCluster.with(settings: run.plan.settings) { running in
                try await run.measure(running.url, postmaster: BenchCluster.postmaster(of: running))
            }
        }
        printer.show(report.json) { report.lines(width: printer.width) }
    }
}
