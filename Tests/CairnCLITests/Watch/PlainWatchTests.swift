import CairnClient
import CairnModel
import Foundation
import Synchronization
import Testing

@Suite struct PlainWatchTests {
    /// The task as it was at first, and later as it ended.
    private func server(
        port: Int = 0, polls: Int = 2, from first: Int = 0
    ) throws -> FakeServer {
        let (running, ended) = (try Fixtures.text("task-running"), try Fixtures.text("task-error"))
        let history = try Fixtures.json("history-error")
        let early: JSON = [
            "task": .array(Array((history["task"]?.arrayValue ?? []).prefix(1))),
            "steps": .array(Array((history["steps"]?.arrayValue ?? []).prefix(4))),
        ]
        let count = Atomic(first)
        return try FakeServer(port: port) { request in
            if request.path.hasSuffix("/history") {
                return .json(count.load(ordering: .relaxed) > polls ? history.text : early.text)
            }
            if request.path.hasSuffix("/steps/flaky") {
                let attempts = (1...2).map { #"{"attempt": \#($0), "error": {"message": "not yet, \#($0)"}}"# }
                let list = attempts.joined(separator: ",")
                return .json(#"{"name": "flaky", "state": "complete", "attempts": [\#(list)]}"#)
            }
            return .json(count.add(1, ordering: .relaxed).newValue > polls ? ended : running)
        }
    }

    @Test func oneLineAChangeAndTheExitCodeOfTheTask() async throws {
        let server = try server()
        defer { server.stop() }
        let outcome = try await Program.run("task", "watch", "6", "--interval", "50ms", "--server", server.url)
        #expect(outcome.status == 1)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        let history = try TaskHistory(json: try Fixtures.json("history-error"))
        #expect(lines.count == history.merged.count)
        #expect(lines.first == "2026-11-21 12:17:18.158Z  task 6  steps_in_process")
        #expect(lines.contains("2026-11-21 12:17:18.330Z  broken  error  attempt 1 · worker 11 · no such account"))
        // What went wrong before a step succeeded is told, though the task has it no more.
        let waits = lines.filter { $0.contains("  flaky   waiting_for_retry  ") }
        #expect(waits.map { $0.suffix(10) } == ["not yet, 1", "not yet, 2"])
        #expect(lines.last == "2026-11-21 12:17:24.324Z  task 6  error")
        #expect(outcome.errorLines.first == "error: task 6 ended in error")
        #expect(outcome.errors.contains("broken, attempt 1/3: no such account"))
        #expect(!outcome.output.contains("\u{1B}"))
    }

    @Test func eachLineIsAnObjectForMachines() async throws {
        let server = try server()
        defer { server.stop() }
        let outcome = try await Program.run(
            "task", "watch", "6", "--json", "--interval", "50ms", "--server", server.url)
        #expect(outcome.status == 1)
        let rows = try outcome.output.split(separator: "\n").map { try JSON.parse(String($0)) }
        #expect(rows.allSatisfy { $0["task_id"]?.intValue == 6 && $0["to_state"] != nil })
        #expect(rows.last?["to_state"] == "error")
    }

    @Test func itSurvivesARestartOfTheServer() async throws {
        let first = try server(polls: 1_000_000)
        let port = first.port
        async let outcome = Program.run("task", "watch", "6", "--interval", "50ms", "--server", first.url)
        while first.requests.count < 3 { try await Task.sleep(for: .milliseconds(20)) }
        first.stop()
        try await Task.sleep(for: .milliseconds(300))
        let second = try server(port: port, from: 10)
        defer { second.stop() }
        let ended = try await outcome
        #expect(ended.status == 1)
        #expect(ended.errorLines.filter { $0.contains("trying again until it is back") }.count == 1)
        #expect(ended.errorLines.contains("the server is back"))
        #expect(ended.output.hasSuffix("task 6  error\n"))
    }

    @Test func aServerThatNeverWasThereIsAnError() async throws {
        let outcome = try await Program.run("task", "watch", "6", "--server", "http://127.0.0.1:9")
        #expect(outcome.status == 4)
        #expect(outcome.errorLines.first == "error: no server answers at http://127.0.0.1:9 (as --server says)")
    }
}
