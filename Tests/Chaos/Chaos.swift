import ArgumentParser
import CairnModel
import Foundation

/// The command: `chaos [--seconds 60] [--steps 2000] [--seed n] [--json]`.
@main
struct Chaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos", abstract: "Break everything that can break, and see whether a step is lost.",
        discussion: """
            Starts a PostgreSQL, servers and workers, keeps them busy, and does to them what happens to programs: kill -9, \
            SIGSTOP, restarts of PostgreSQL, connections that are cut in the middle of a statement, a network that is \
            gone, a clock that is wrong. Every step leaves a line in a file, so what ran is known from outside. In the \
            end the database and the file must agree, and every task must have ended as its outcomes dictate. Ends with \
            1 when a rule is broken.
            """)

    @Option(help: "For how long faults are injected, at least.")
    var seconds = 60

    @Option(help: "How many steps succeed, at least.")
    var steps = 2000

    @Option(help: "Repeats the plan of faults and the tasks of an earlier run.")
    var seed: UInt64 = .random(in: 0...UInt64(UInt32.max))

    @Option(help: "Worker processes.")
    var workers = 3

    @Option(help: "Server processes.")
    var servers = 2

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds must be from 1 to 86400") }
        guard (0...10_000_000).contains(steps) else { throw ValidationError("--steps must be from 0 to 10000000") }
        guard (1...16).contains(workers) else { throw ValidationError("--workers must be from 1 to 16") }
        guard (1...8).contains(servers) else { throw ValidationError("--servers must be from 1 to 8") }
    }

    func run() async throws {
        let settings = ChaosSettings(
            seed: seed, duration: .seconds(seconds), steps: Int64(steps), workers: workers, servers: servers)
        let say: @Sendable (String) -> Void = { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
        say("Seed \(seed): \(workers) workers, \(servers) servers, \(seconds) s and \(steps) steps at least")
        let report = try await ChaosRun(settings: settings, say: say).run()
        print(json ? report.json.text : report.text)
        if !report.violations.isEmpty { throw ExitCode(1) }
    }
}
