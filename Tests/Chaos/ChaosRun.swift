import CairnModel
import CairnStore
import Foundation
import Postgres
import Synchronization
import TestSupport

/// One run: start everything, work and break, let it come to rest, and look.
struct ChaosRun: Sendable {
    let settings: ChaosSettings
    /// Tells people how far it is.
    let say: @Sendable (String) -> Void

    func run() async throws -> ChaosReport {
        let start = ContinuousClock.now
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "cairn-chaos-\(settings.seed)-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let fleet = try await Fleet.make(in: folder, workers: settings.workers, servers: settings.servers)
        let store = Store(
            pool: PostgresPool(
                configuration: try Store.configuration(url: fleet.url, applicationName: "chaos", maxConnections: 16)))
        do {
            var report = try await run(fleet, store)
            report.took = .now - start
            await store.pool.close()
            await fleet.stopPostgres()
            if report.violations.isEmpty {
                try FileManager.default.removeItem(at: folder)
            } else {
                say("The logs are in \(folder.path(percentEncoded: false))")
            }
            return report
        } catch {
            await store.pool.close()
            await fleet.stopPostgres()
            say("The logs are in \(folder.path(percentEncoded: false))")
            throw error
        }
    }

    private func run(_ fleet: Fleet, _ store: Store) async throws -> ChaosReport {
        let file = fleet.folder.appending(path: "effects")
        let clockSkew = ClockSkew(in: fleet.folder)
        if clockSkew == nil { say("No clock can be made wrong here: that fault is left out") }
        try await prepare(store, file)
        let receiver = HookReceiver()
        let injector = FaultInjector(
            fleet: fleet, workload: Workload(servers: fleet.servers, ledger: Ledger(), receiver: receiver),
            recovery: Recovery(store: store), log: FaultLog(), clockSkew: clockSkew)
        let resting = try await beside([
            { try await fleet.runProxies() }, { try await injector.reviveDead() }, { try await receiver.run() },
        ]) {
            try await eventually("hooks can be received") { receiver.url }
            for slot in fleet.slots { try slot.start() }
            try await breakThings(injector)
            receiver.accept()
            say("The faults are over; what is left is worked off")
            let resting = try await comeToRest(injector.recovery)
            for failure in try await fleet.stop() { injector.log.unexpected(failure) }
            return resting
        }
        endLeftovers(file)
        let ledger = injector.workload.ledger.all
        var outcomes = Outcomes(ledger: ledger, effects: try Effects(file: file), hooks: receiver.hooks)
        var violations = try await DatabaseRules.violations(in: store) + outcomes.violations(in: store)
        if !resting.isEmpty {
            violations.append(Violation(rule: "every task ends, and every hook is delivered", found: resting))
        }
        if !injector.log.unexpected.isEmpty {
            violations.append(
                Violation(rule: "nothing happens to a program but what is done to it", found: injector.log.unexpected))
        }
        let counts = try await store.pool.query(
            "select (select count(*) from cairn.step_core), (select count(*) from cairn.step_attempts)",
            as: (Int64, Int64).self)[0]
        return ChaosReport(
            seed: settings.seed, faults: injector.log.all, tasks: ledger.count, steps: Int(counts.0),
            attempts: Int(counts.1), runs: outcomes.effects.count, lateStarts: outcomes.lateStarts,
            hooks: receiver.hooks.count, posts: receiver.hooks.reduce(0) { $0 + $1.posts }, violations: violations)
    }

    private func prepare(_ store: Store, _ effects: URL) async throws {
        _ = try await store.migrate()
        try await store.pool.execute("select cairn.set_hash_chain(true, 'chaos', 'part of the suite')")
        _ = FileManager.default.createFile(atPath: effects.path(percentEncoded: false), contents: nil)
        for flow in Flow.all + [.poison] {
            let decoding = Template.decode(
                flow.template(script: Effects.script, effects: effects.path(percentEncoded: false)))
            guard let template = decoding.template else {
                throw NeverHappened(description: decoding.issues.map(\.description).joined(separator: "\n"))
            }
            _ = try await store.register(template)
        }
    }

    /// Injects faults under load, until there were enough of both.
    private func breakThings(_ injector: FaultInjector) async throws {
        let enough = Atomic(false)
        async let load: Void = keepBusy(injector, until: enough)
        let deadline = ContinuousClock.now + settings.duration
        var nextWord = ContinuousClock.now + .seconds(10)
        var number = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            for planned in PlannedFault.plan(
                using: SeededRandom(seed: settings.seed), without: injector.clockSkew == nil ? [.workerSkewed] : [])
            {
                number += 1
                try await Task.sleep(for: planned.pause)
                group.addTask { [number] in try await injector.inject(planned, number: number) }
                let steps = try await injector.recovery.succeededSteps()
                if .now > nextWord {
                    nextWord += .seconds(10)
                    say("\(number) faults, \(steps) steps done of \(injector.workload.ledger.all.count) tasks")
                }
                if .now > deadline, steps >= settings.steps, number >= Fault.allCases.count { break }
            }
            // The faults that are under way run to their end.
            try await group.waitForAll()
        }
        enough.store(true, ordering: .releasing)
        try await load
    }

    /// Keeps some tasks under way, and cancels those that are there to be cancelled.
    private func keepBusy(_ injector: FaultInjector, until enough: borrowing Atomic<Bool>) async throws {
        var random = SeededRandom(seed: settings.seed &+ 1)
        var number = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            while !enough.load(ordering: .acquiring) {
                let open = try await injector.recovery.openTasks()
                for _ in open..<max(open, settings.openTasks) {
                    number += 1
                    let flow = Flow.random(using: &random)
                    let pause = Int.random(in: 0...1500, using: &random)
                    group.addTask { [number] in
                        let id = try await injector.workload.submit(flow, number: number)
                        guard flow.isCancelled else { return }
                        try await Task.sleep(for: .milliseconds(pause))
                        try await injector.workload.cancel(id)
                    }
                }
                try await Task.sleep(for: .milliseconds(100))
            }
            try await group.waitForAll()
        }
    }

    /// Waits until no task is open and all hooks are delivered; gives what still is, and what is said of it, when that takes
    /// too long.
    private func comeToRest(_ recovery: Recovery) async throws -> [String] {
        do {
            try await eventually("all tasks end, and who waits for them is told", within: .seconds(180)) {
                let open = try await (recovery.openTasks(), recovery.openHooks())
                return open == (0, 0) ? () : nil
            }
            return []
        } catch is NeverHappened {
            return try await recovery.explanations()
        }
    }

    /// Ends what runs of steps whose workers are gone.
    private func endLeftovers(_ effects: URL) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["pkill", "-KILL", "-f", effects.path(percentEncoded: false)]
        guard (try? process.run()) != nil else { return say("pkill cannot be run: programs of steps may be left") }
        process.waitUntilExit()
    }

    /// Runs `body` beside others that run until it ends. The first error ends all.
    private func beside<Result: Sendable>(
        _ others: [@Sendable () async throws -> Void], body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            for other in others {
                group.addTask {
                    try await other()
                    return nil
                }
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
