import CairnClient
import CairnModel
import Foundation
import Testing

@testable import cairn

@Suite struct TaskCommandTests {
    @Test func submitSendsWhatItIsTold() async throws {
        let task = try Fixtures.text("task-running")
        let server = try FakeServer { _ in .json(task, status: 201) }
        defer { server.stop() }
        let outcome = try await Program.run(
            "task", "submit", "example", "troubled", "--context", "-", "--priority", "3", "--tag", "a", "--tag", "b",
            "--header", "trace=x=y", "--idempotency-key", "k", "--on-duplicate", "return", "--reason", "why",
            "--run-at", "2027-01-01T00:00:00Z", "--version", "1.0.0", "--correlation-id", "c",
            "--callback-url", "https://example.com/hook", "--dedup-window", "live", "--server", server.url,
            input: "{\"n\": 1.50}")
        #expect(outcome.status == 0)
        #expect(outcome.output == "task 6  example/troubled 1.0.0  steps_in_process\n")
        let body = try JSON.parse(try #require(server.requests.first).body)
        #expect(
            body == [
                "namespace": "example", "template_name": "troubled", "context": ["n": 1.5], "priority": 3,
                "tags": ["a", "b"],
                "headers": ["trace": "x=y"], "idempotency_key": "k", "on_duplicate": "return", "reason": "why",
                "run_at": "2027-01-01T00:00:00Z", "version": "1.0.0", "correlation_id": "c", "dedup_window": "live",
                "callback_url": "https://example.com/hook",
            ])
        #expect(body["context"]?.text == "{\"n\":1.50}")
    }

    @Test func submitAndWait() async throws {
        let (running, ended) = (try Fixtures.text("task-running"), try Fixtures.text("task-error"))
        let server = try FakeServer { $0.method == "POST" ? .json(running, status: 201) : .json(ended) }
        defer { server.stop() }
        let outcome = try await Program.run(
            "task", "submit", "example/troubled", "--wait", "--json", "--server", server.url)
        #expect(outcome.status == 1)
        #expect(try JSON.parse(outcome.output)["state"] == "error")
    }

    @Test func showIsASheet() async throws {
        let task = try Fixtures.task("task-error")
        let lines = TaskSheet(task: task, now: try Fixtures.date("2026-11-21T12:30:00Z")).lines(width: 90).map(\.plain)
        #expect(lines.first == "✖ task 6  example/troubled 1.0.0  error in 6.2 s")
        #expect(lines.contains("  correlation  order-7"))
        #expect(lines.contains("│ ✖ broken  error     1/3       24 ms      11  no such account"))
        #expect(lines.last == "─ ○ end     pending                            after broken")
    }

    /// The task of the fixture, with another error of the step that failed.
    private func task(failingWith error: JSON) throws -> TaskObject {
        var task = try Fixtures.json("task-error").objectValue ?? JSONObject()
        task["steps"] = .array(
            (task["steps"]?.arrayValue ?? []).map { step in
                var step = step.objectValue ?? JSONObject()
                if step["name"] == "broken" { step["error"] = error }
                return .object(step)
            })
        return try TaskObject(json: .object(task))
    }

    private func sheet(_ task: TaskObject, width: Int) throws -> [String] {
        TaskSheet(task: task, now: try Fixtures.date("2026-11-21T12:30:00Z")).lines(width: width).map(\.plain)
    }

    @Test func anErrorThatTheTableCutsStandsBelowInFull() throws {
        let task = try task(
            failingWith: [
                "code": "no_account", "message": "there is no account 12 of this customer in any of our books",
            ])
        let lines = try sheet(task, width: 80)
        #expect(lines.allSatisfy { displayWidth($0) <= 80 })
        #expect(
            Array(lines.suffix(3)) == [
                "", "✖ broken  attempt 1/3  no_account",
                "  there is no account 12 of this customer in any of our books",
            ])
        #expect(try sheet(task, width: .max).last?.hasPrefix("─ ○ end") == true)
    }

    @Test func anErrorWithMoreThanAMessageIsShownWhole() throws {
        let task = try task(
            failingWith: [
                "code": "process_exit", "message": "it ended with status 3", "status": 3,
                "stderr": "Traceback:\n  File x\u{1B}[2J\n",
            ])
        #expect(
            Array(try sheet(task, width: .max).suffix(6)) == [
                "✖ broken  attempt 1/3  process_exit", "  it ended with status 3", "  status: 3", "  stderr:",
                "    Traceback:", "      File x\u{FFFD}[2J",
            ])
    }

    @Test func aGraphThatIsTooWideIsAList() throws {
        let task = try Fixtures.task("task-error")
        let graph = GraphDrawing(task.steps.map { GraphNode(name: $0.name, dependsOn: $0.dependsOn, state: $0.state) })
        #expect(graph.leastWidth > 20)
        #expect(
            GraphList(graph: graph).lines(width: 60).map(\.plain) == [
                "─ ✔ begin   complete", "┌ ✔ flaky   complete  after begin", "│ ✖ broken  error     after begin",
                "└ ✔ slow    complete  after begin", "─ ○ end     pending   after flaky, broken, slow",
            ])
        #expect(GraphList(graph: graph).lines(width: 40).allSatisfy { $0.width <= 40 })
    }

    @Test func rawJSONIsPassedOn() async throws {
        let text = try Fixtures.text("task-error")
        let server = try FakeServer { _ in .json(text) }
        defer { server.stop() }
        let outcome = try await Program.run("task", "show", "6", "--json", "--server", server.url)
        #expect(try JSON.parse(outcome.output) == (try JSON.parse(text)))
    }

    @Test(arguments: [("dot", "digraph"), ("mermaid", "flowchart"), ("json", "{"), ("terminal", "╭")])
    func graphs(format: String, begin: String) async throws {
        let text = try Fixtures.text("task-error")
        let server = try FakeServer { _ in .json(text) }
        defer { server.stop() }
        let outcome = try await Program.run("task", "graph", "6", "--format", format, "--server", server.url)
        #expect(outcome.status == 0)
        #expect(outcome.output.trimmingCharacters(in: .whitespaces).hasPrefix(begin))
        #expect(outcome.output.contains("broken"))
    }

    @Test func tasksAreListedByTheFullNameOfTheirTemplate() async throws {
        let server = try FakeServer { _ in .json("{\"tasks\": [], \"next\": null}") }
        defer { server.stop() }
        let outcome = try await Program.run("task", "list", "--template", "a/b", "--server", server.url)
        #expect(outcome.status == 0)
        #expect(server.requests.first?.path == "/v1/tasks?namespace=a&template%5Fname=b&limit=20")
    }

    @Test func emptyListsSayWhatToDo() async throws {
        let server = try FakeServer { request in
            .json(request.path.hasPrefix("/v1/tasks") ? "{\"tasks\": [], \"next\": null}" : "[]")
        }
        defer { server.stop() }
        for command in [["task", "list"], ["worker", "list"], ["template", "list"]] {
            let outcome = try await Program.run(command + ["--server", server.url])
            #expect(outcome.status == 0)
            #expect(outcome.errorLines.count == 1)
        }
    }
}
