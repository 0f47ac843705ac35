import CairnWorker
import Foundation
import Postgres
import TestSupport
import Testing

/// Steps that run while nobody wants them any more.
@Suite struct StopTests {
    private static let hour = #","timeout":"2h","config":{"for":"1h"}"#

    /// Sleeps for an hour, and notes that it was cancelled. Then it returns a result all the same.
    private static func stubborn(_ probe: Probe) -> ClosureHandler {
        ClosureHandler { _, context in
            probe.ran(context)
            guard context.stepName == "long" else { return Array("1".utf8) }
            do { try await Task.sleep(for: .seconds(3600)) } catch { probe.noteCancelled() }
            return Array("\"late\"".utf8)
        }
    }

    private func attempts(_ worker: WorkerHarness, _ task: Int64) async throws -> [String] {
        try await worker.database.pool.query(
            """
            select s.name || ' ' || a.attempt || ' ' || a.outcome || ' ' || coalesce(a.result::text, '-')
            from cairn.step_attempts a join cairn.steps s using (task_id, step_no)
            where a.task_id = \(task) order by a.step_no, a.attempt
            """, as: String.self)
    }

    private func states(_ worker: WorkerHarness, _ task: Int64) async throws -> [String] {
        try await worker.database.pool.query(
            "select name || ' ' || state from cairn.steps where task_id = \(task) order by step_no", as: String.self)
    }

    /// Submits a task, waits until its step runs, does something to it, and waits until that has reached the handler, for
    /// less than the minute until a heartbeat would bring it; returns the task.
    private func whileRunning(
        _ worker: WorkerHarness, _ probe: Probe, _ template: String, _ act: (Int64) async throws -> Void
    ) async throws -> Int64 {
        try await worker.database.register(template)
        let task = try await worker.database.submit("one")
        _ = try await eventually { probe.total > 0 ? true : nil }
        try await act(task)
        _ = try await eventually(within: .seconds(50)) { probe.cancelled > 0 ? true : nil }
        return task
    }

    /// With notifications no heartbeat is due for a minute, so that nothing else can bring the news; with polling alone
    /// the next one does.
    @Test(arguments: [false, true])
    func `cancelling a task cancels the handler of its step, and what the handler then returns is discarded`(
        pollOnly: Bool
    ) async throws {
        let probe = Probe()
        try await WorkerHarness.with(
            handlers: [Self.stubborn(probe)],
            configure: {
                $0.pollOnly = pollOnly
                $0.lease = pollOnly ? .seconds(1) : .seconds(180)
            }
        ) { worker in
            let template = echoTemplate(
                "one", [("long", []), ("after", ["long"])], stepExtra: Self.hour, handler: "test.run")
            let task = try await whileRunning(worker, probe, template) { task in
                let said = try await worker.database.value(
                    "select cairn.cancel_task(\(task), 'ada', 'wrong order')", as: String.self)
                #expect(said == "cancelling")
            }
            #expect(try await worker.end(of: task) == "cancelled")
            #expect(try await states(worker, task) == ["long cancelled", "after cancelled"])
            #expect(try await attempts(worker, task) == ["long 1 cancelled -"])
            #expect(probe.cancelled == 1 && probe.total == 1)
            #expect(worker.log.count(of: "not wanted any more") == 1)
            #expect(worker.log.count(of: "task.id=\(task)") == 1 && worker.log.count(of: "step.name=long") == 1)
            #expect(worker.log.count(of: "warning") == 0)
        }
    }

    @Test(arguments: [false, true])
    func `a step that an operator settles while it runs has its handler cancelled, and its late result is refused`(
        pollOnly: Bool
    ) async throws {
        let probe = Probe()
        // With one slot, what comes after can only run when the handler has ended and its result has been offered.
        try await WorkerHarness.with(
            handlers: [Self.stubborn(probe)],
            configure: {
                $0.concurrency = 1
                $0.pollOnly = pollOnly
                $0.lease = pollOnly ? .seconds(1) : .seconds(180)
            }
        ) { worker in
            let template = echoTemplate(
                "one", [("long", []), ("after", ["long"])], stepExtra: Self.hour, handler: "test.run")
            let task = try await whileRunning(worker, probe, template) { task in
                try await worker.database.pool.execute("select cairn.resolve_step(\(task), 'long', 'ada', 'done')")
            }
            #expect(try await worker.end(of: task) == "complete")
            #expect(try await states(worker, task) == ["long resolved_manually", "after complete"])
            #expect(
                try await attempts(worker, task)
                    == ["long 1 cancelled -", "long 2 resolved_manually null", "after 1 succeeded 1"])
            #expect(worker.log.count(of: "not wanted any more") == 1)
            #expect(worker.log.count(of: "warning") == 0)
        }
    }

    /// The worker only polls, and reports itself once a minute: it does not know yet.
    @Test func `a result that an operator was faster than is refused`() async throws {
        let probe = Probe()
        let handler = ClosureHandler { _, context in
            probe.ran(context)
            if context.stepName == "long" { await probe.gate() }
            return Array("\"late\"".utf8)
        }
        try await WorkerHarness.with(
            handlers: [handler],
            configure: {
                $0.concurrency = 1
                $0.pollOnly = true
                $0.lease = .seconds(180)
            }
        ) { worker in
            try await worker.database.register(
                echoTemplate("one", [("long", []), ("after", ["long"])], handler: "test.run"))
            let task = try await worker.database.submit("one")
            _ = try await eventually { probe.total > 0 ? true : nil }
            try await worker.database.pool.execute(
                "select cairn.complete_step(\(task), 'long', '\"by hand\"', 'ada', 'called them')")
            probe.open()
            #expect(try await worker.end(of: task) == "complete")
            #expect(
                try await attempts(worker, task)
                    == ["long 1 cancelled -", #"long 2 completed_manually "by hand""#, #"after 1 succeeded "late""#])
            #expect(worker.log.count(of: "warning") == 0)
        }
    }

    @Test func `a failure that ends its task at once stops what else of it runs`() async throws {
        let probe = Probe()
        let handler = ClosureHandler { _, context in
            if context.stepName == "bad" {
                await probe.gate()
                throw StepFailure.permanent("broken")
            }
            probe.ran(context)
            do { try await Task.sleep(for: .seconds(3600)) } catch { probe.noteCancelled() }
            return Array("1".utf8)
        }
        try await WorkerHarness.with(handlers: [handler], configure: { $0.lease = .seconds(180) }) { worker in
            let template = echoTemplate(
                "one", [("bad", []), ("long", []), ("after", ["long"])], extra: #","fail_fast":true"#,
                stepExtra: Self.hour, handler: "test.run")
            let task = try await whileRunning(worker, probe, template) { _ in probe.open() }
            #expect(try await worker.end(of: task) == "error")
            #expect(try await states(worker, task) == ["bad error", "long cancelled", "after cancelled"])
            #expect(try await attempts(worker, task) == ["bad 1 permanent -", "long 1 cancelled -"])
        }
    }

    @Test func `a program of a cancelled task gets SIGTERM, and may clean up`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cairn-stop-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (program, notes) = (folder.appending(path: "nap").path(), folder.appending(path: "notes").path())
        let script = """
            #!/bin/sh
            trap 'echo "stopped $CAIRN_TASK_ID" >> "$NOTES"; exit 0' TERM
            echo started >> "$NOTES"
            while :; do sleep 0.05; done
            """
        #expect(
            FileManager.default.createFile(
                atPath: program, contents: Data(script.utf8), attributes: [.posixPermissions: 0o755]))
        @Sendable func said() -> String { (try? String(contentsOfFile: notes, encoding: .utf8)) ?? "" }

        try await WorkerHarness.with(
            handlers: StockHandlers.all(allowingProcesses: [program]), configure: { $0.lease = .seconds(180) }
        ) { worker in
            try await worker.database.register(
                echoTemplate(
                    "nap", [("long", [])],
                    stepExtra: #","timeout":"2h","config":{"argv":["\#(program)"],"env":{"NOTES":"\#(notes)"}}"#,
                    handler: "cairn.process"))
            let task = try await worker.database.submit("nap")
            _ = try await eventually { said() == "started\n" ? true : nil }
            try await worker.database.pool.execute("select cairn.cancel_task(\(task), 'ada', 'wrong order')")
            #expect(try await worker.end(of: task) == "cancelled")
            #expect(said() == "started\nstopped \(task)\n")
            #expect(try await attempts(worker, task) == ["long 1 cancelled -"])
        }
    }
}
