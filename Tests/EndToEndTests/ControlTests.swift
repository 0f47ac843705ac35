import CairnModel
import Foundation
import Postgres
import TestSupport
import Testing

/// What operators do, with the real command against a real server and real workers.
@Suite(.serialized) struct ControlTests {
    /// An order whose payment fails for good until the file is there.
    private func order(_ file: URL) -> String {
        let path = file.path(percentEncoded: false)
        let script = #"test -f '\#(path)' || { echo the provider is down >&2; exit 1; }; echo '{\"paid\": 12.50}'"#
        return #"""
            {"namespace": "test", "name": "order", "version": "1.0.0", "steps": [
              {"name": "check", "handler": "cairn.echo"},
              {"name": "charge", "handler": "cairn.process", "depends_on": ["check"],
               "config": {"argv": ["/bin/sh", "-c", "\#(script)"]}},
              {"name": "ship", "handler": "cairn.echo", "depends_on": ["charge"]}]}
            """#
    }

    private static let nap = #"""
        {"namespace": "test", "name": "nap", "version": "1.0.0", "steps": [
          {"name": "sleep", "handler": "cairn.sleep", "config": {"for": "5s"}},
          {"name": "wake", "handler": "cairn.echo", "depends_on": ["sleep"]}]}
        """#

    /// A server, and the commands of one who speaks to it.
    private struct Desk {
        let address: String

        /// Runs `cairn` to its end.
        func cairn(_ arguments: String...) async throws -> (code: Int32, said: String) {
            let program = try Program("cairn", arguments + ["--server", address], environment: ["USER": "ann"])
            return (try await program.exitCode(), program.said)
        }

        /// Runs `cairn … --json`, which is to succeed.
        func json(_ arguments: String...) async throws -> JSON {
            let program = try Program(
                "cairn", arguments + ["--json", "--server", address], environment: ["USER": "ann"])
            #expect(try await program.exitCode() == 0, "\(arguments): \(program.said)")
            return try JSON.parse(program.said)
        }

        func submit(_ template: String, _ arguments: String...) async throws -> String {
            let program = try Program(
                "cairn", ["task", "submit", "test", template, "--json", "--server", address] + arguments)
            #expect(try await program.exitCode() == 0, "\(program.said)")
            return try #require(try JSON.parse(program.said)["id"]).text
        }
    }

    private func desk(_ installation: Installation) async throws -> (Desk, Program) {
        let server = try installation.server()
        return (Desk(address: try await installation.address(of: server).absoluteString), server)
    }

    @Test("an order that failed is explained, retried once its cause is mended, and completes")
    func retried() async throws {
        try await Installation.with { installation in
            let provider = FileManager.default.temporaryDirectory.appending(path: "cairn provider \(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: provider) }
            try await installation.database.register(order(provider))
            let (desk, server) = try await desk(installation)
            let worker = try installation.worker(["--allow-process", "/bin/sh"])
            let id = try await desk.submit("order")

            let failed = try await desk.cairn("task", "watch", id)
            #expect(failed.code == 1 && failed.said.contains("ended in error"), "\(failed.said)")
            let why = try await desk.cairn("task", "explain", id)
            #expect(why.said.contains("by the failure of charge") && why.said.contains("cairn task retry \(id)"))
            let letters = try await desk.json("dlq", "list")
            #expect(letters["dead_letters"]?[0]?["task_id"]?.text == id)

            #expect(FileManager.default.createFile(atPath: provider.path(percentEncoded: false), contents: nil))
            let retried = try await desk.cairn("task", "retry", id, "--reason", "the provider is back")
            #expect(retried.code == 0, "\(retried.said)")
            let watched = try await desk.cairn("task", "watch", id)
            #expect(watched.code == 0, "\(watched.said)")
            let step = try await desk.json("step", "show", id, "charge")
            #expect(step["attempts"]?.arrayValue?.map { $0["outcome"]?.stringValue } == ["permanent", "succeeded"])
            #expect(step["result"]?.text == #"{"paid":12.50}"#)
            #expect(try await desk.json("dlq", "list")["dead_letters"] == [])
            let again = try await desk.cairn("task", "retry", id, "--reason", "once more")
            #expect(again.code == 5, "\(again.said)")
            #expect(try await desk.cairn("task", "retry", "999", "--reason", "none").code == 3)
            let trail = try await installation.database.pool.queryFirst(
                "select actor, reason, address from cairn.operator_actions", as: (String, String, String).self)
            #expect(trail.map { [$0.0, $0.1, $0.2] } == ["ann", "the provider is back", "127.0.0.1"])
            try await worker.stop()
            try await server.stop()
        }
    }

    @Test("a task whose step runs is cancelled: it says so until the step has stopped, and its watcher ends with 1")
    func cancelled() async throws {
        try await Installation.with { installation in
            try await installation.database.register(Self.nap)
            let (desk, server) = try await desk(installation)
            let worker = try installation.worker()
            let id = try await desk.submit("nap")
            try await eventually("the step runs; the worker says: \(worker.said)") {
                try await installation.database.value(
                    "select 1 from cairn.steps where state = 'in_progress'", as: Int32.self)
            }
            let cancelled = try await desk.cairn("task", "cancel", id, "--reason", "a mistake")
            #expect(cancelled.code == 0 && cancelled.said.contains("cancelling"), "\(cancelled.said)")
            let watched = try await desk.cairn("task", "watch", id)
            #expect(watched.code == 1 && watched.said.contains("ended in cancelled"), "\(watched.said)")
            let again = try await desk.cairn("task", "cancel", id, "--reason", "again")
            #expect(again.code == 5 && again.said.contains("it is cancelled"), "\(again.said)")
            let step = try await desk.json("step", "show", id, "wake")
            #expect(step["state"] == "cancelled")
            try await worker.stop()
            try await server.stop()
        }
    }

    @Test("failed tasks are settled by hand, one by one and many at once, and what is resolved watches as a success")
    func byHand() async throws {
        try await Installation.with { installation in
            let nowhere = URL(filePath: "/nonexistent")
            try await installation.database.register(order(nowhere))
            let (desk, server) = try await desk(installation)
            let worker = try installation.worker(["--allow-process", "/bin/sh"])
            var ids: [String] = []
            for _ in 1...6 { ids.append(try await desk.submit("order", "--tag", "monday")) }
            try await installation.finished()

            let completed = try await desk.cairn(
                "step", "complete", ids[0], "charge", "--result", #"{"paid": 1}"#, "--reason", "paid by hand")
            #expect(completed.code == 0 && completed.said.contains("complete"), "\(completed.said)")
            #expect(try await desk.cairn("task", "watch", ids[0]).code == 0)
            #expect(try await desk.cairn("step", "resolve", ids[1], "charge", "--reason", "a gift").code == 0)
            #expect(try await desk.cairn("task", "watch", ids[1]).code == 0)
            let rerun = try await desk.cairn("step", "rerun", ids[1], "check", "--downstream", "--reason", "anew")
            #expect(rerun.code == 5 && rerun.said.contains("has ended"), "\(rerun.said)")
            #expect(try await desk.cairn("task", "resolve", ids[2], "--reason", "a duplicate").code == 0)
            #expect(try await desk.cairn("task", "watch", ids[2]).code == 0, "resolved by hand is a success")
            #expect(try await desk.cairn("step", "rerun", ids[3], "charge", "--reason", "once more").code == 0)
            #expect(try await desk.cairn("task", "watch", ids[3]).code == 1)
            #expect(try await desk.cairn("step", "reset", ids[3], "charge", "--reason", "once more").code == 0)
            #expect(try await desk.cairn("task", "watch", ids[3]).code == 1)
            #expect(try await desk.cairn("step", "reset", ids[3], "none", "--reason", "x").code == 3)

            let which = ["--namespace", "test", "--tag", "monday", "--state", "error"]
            func many(_ command: [String]) async throws -> (code: Int32, said: String) {
                let program = try Program("cairn", command + which + ["--server", desk.address])
                return (try await program.exitCode(), program.said)
            }
            let counted = try await many(["task", "retry", "--reason", "all of them"])
            #expect(counted.code == 0 && counted.said.hasPrefix("3 tasks match (error 3)\n"), "\(counted.said)")
            #expect(counted.said.contains("--yes"))
            let reset = try await many(["step", "reset", "--step", "charge", "--reason", "all", "--yes"])
            #expect(reset.code == 0 && reset.said.contains("reset step: 3 tasks"), "\(reset.said)")
            try await installation.finished()
            let refused = try await many(["task", "cancel", "--reason", "all of them", "--yes"])
            #expect(refused.code == 5 && refused.said.contains("refused: 3"), "\(refused.said)")

            let letter = try await desk.json("dlq", "list", "--task", ids[3])["dead_letters"]?[0]?["id"]?.text ?? ""
            #expect(try await desk.cairn("dlq", "investigate", letter, "--reason", "no provider").code == 0)
            let shown = try await desk.cairn("dlq", "show", letter)
            #expect(shown.said.contains("no provider") && shown.said.contains("investigating"), "\(shown.said)")
            let resolved = try await desk.cairn("dlq", "resolve", letter, "--action", "give-up", "--reason", "no use")
            #expect(resolved.code == 0 && resolved.said.contains("permanently_failed"), "\(resolved.said)")
            #expect(try await desk.cairn("dlq", "resolve", letter, "--reason", "again").code == 5)
            #expect(try await desk.cairn("dlq", "resolve", "999", "--reason", "none").code == 3)
            #expect(try await desk.cairn("dlq", "open", ids[0], "--reason", "look at it").code == 0)
            #expect(try await desk.json("dlq", "stats")["open"]?.intValue == 3)
            try await worker.stop()
            try await server.stop()
        }
    }

    @Test("a paused namespace starts nothing, a drained worker leaves, and a priority is changed meanwhile")
    func fleet() async throws {
        try await Installation.with { installation in
            try await installation.database.register(Self.nap)
            let (desk, server) = try await desk(installation)
            let worker = try installation.worker()
            try await eventually("the worker is there; it says: \(worker.said)") {
                try await desk.json("worker", "list")[0]
            }
            #expect(try await desk.json("namespace", "pause", "test", "--reason", "the provider")["changed"] == true)
            let listed = try await desk.cairn("namespace", "list")
            #expect(listed.said.contains("paused") && listed.said.contains("the provider"), "\(listed.said)")
            let id = try await desk.submit("nap")
            let why = try await desk.cairn("task", "explain", id, "sleep")
            #expect(why.said.contains("namespace test is paused by ann: the provider"), "\(why.said)")
            let urgent = try await desk.json("task", "priority", id, "9", "--reason", "urgent")
            #expect(urgent["priority"] == 9)

            let number = try #require(try await desk.json("worker", "list")[0]?["id"]).text
            let drained = try await desk.cairn("worker", "drain", number, "--reason", "a new version")
            #expect(drained.code == 0 && drained.said.contains("was asked to leave"), "\(drained.said)")
            #expect(try await desk.cairn("worker", "drain", "999", "--reason", "none").code == 3)
            #expect(try await desk.cairn("namespace", "resume", "test", "--reason", "it is back").code == 0)
            #expect(try await desk.cairn("namespace", "resume", "none", "--reason", "x").code == 3)

            let preview = try await desk.cairn("retention", "--keep-tasks", "30d", "--reason", "the disk")
            #expect(preview.said.contains("forever → 30d") && preview.said.contains("--yes"), "\(preview.said)")
            for wrong in [
                ["--keep-tasks", "1m"], ["--keep-tasks", "90d", "--keep-history", "30d"], ["--keep-history", "30d"],
                ["--keep-tasks", "36001d"], ["--keep-history", "1h"],
            ] {
                let arguments = ["retention", "--server", desk.address, "--reason", "x"] + wrong
                let (preview, change) = (try Program("cairn", arguments), try Program("cairn", arguments + ["--yes"]))
                let codes = (try await preview.exitCode(), try await change.exitCode())
                #expect(codes == (2, 2), "\(wrong)")
                #expect(preview.said == change.said, "the preview refuses what the change would")
            }
            let kept = try await desk.json(
                "retention", "--keep-tasks", "30d", "--keep-history", "90d", "--reason", "the disk", "--yes")
            #expect(kept["keep_tasks"] == "30d" && kept["keep_history"] == "90d")
            #expect(try await desk.cairn("retention", "--keep-tasks", "1m", "--reason", "x", "--yes").code == 2)
            worker.signal(SIGTERM)
            _ = try await worker.exitCode()
            try await server.stop()
        }
    }
}
