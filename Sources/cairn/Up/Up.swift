import ArgumentParser
import Foundation

/// `cairn up`
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Start everything: PostgreSQL, server, workers, and a sample task.",
        discussion: """
            In the nearest directory with Templates/. The database is an embedded PostgreSQL in .cairn/, or DATABASE_URL \
            when that is set. Everything stops with Ctrl-C; the data stays for the next time.
            """)

    @Option(help: "The server's port on 127.0.0.1.")
    var port = 8080

    @Option(
        help: ArgumentHelp(
            "The example shop's port on 127.0.0.1. Templates/commerce names it too: with another, change it there as well.",
            valueName: "port"))
    var shopPort = UpPlan.usualShopPort

    @Option(
        help: ArgumentHelp("Where to keep data, logs and reports (default: .cairn of the project).", valueName: "dir"))
    var data: String?

    @Option(help: "Worker processes for each namespace.")
    var workers = 1

    @Flag(name: .customLong("no-sample"), help: "Submit no sample task.")
    var noSample = false

    @Flag(
        name: .customLong("exit-after-sample"),
        help: "Stop everything when the sample task has ended; exit 1 if it failed.")
    var exitAfterSample = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...65535).contains(port) else { throw ValidationError("--port must be from 1 to 65535, not \(port)") }
        guard (1...65535).contains(shopPort) else {
            throw ValidationError("--shop-port must be from 1 to 65535, not \(shopPort)")
        }
        guard shopPort != port else {
            throw ValidationError("--port and --shop-port are both \(port); the server and the shop need one each")
        }
        guard (0...64).contains(workers) else {
            throw ValidationError("--workers must be from 0 to 64, not \(workers)")
        }
        guard !(noSample && exitAfterSample) else {
            throw ValidationError("--exit-after-sample and --no-sample exclude each other")
        }
        guard !(exitAfterSample && workers == 0) else {
            throw ValidationError("--exit-after-sample needs at least one worker")
        }
    }

    func run() async throws {
        let project = Project(data: data)
        guard project.hasTemplates else {
            throw CommandError.input(
                "there is no Templates/ in \(project.root), nor in a directory above it",
                do:
                    "Go to where your Templates/ is, or begin one: mkdir -p Templates/example (docs/quick-start.md goes on)"
            )
        }
        try CloneOwner.become(for: project.root)
        let named = ProcessInfo.processInfo.environment["DATABASE_URL"] ?? ""
        let plan = UpPlan(
            project: project, port: port, workers: workers, databaseURL: named.isEmpty ? nil : named,
            sample: noSample ? .none : exitAfterSample ? .only : .first, shopPort: shopPort)
        try await UpRun(plan: plan, output: UpOutput(printer: output.printer)).run()
    }
}
