import CairnClient
import CairnModel
import Foundation
import Testing

@testable import cairn

/// What the commands of operators send and say. That a real server does what they ask is shown by `EndToEndTests`.
@Suite struct ControlCommandTests {
    private static let task =
        #"{"id": 7, "namespace": "shop", "template_name": "order", "template_version": "1.0.0", "state": "steps_in_process", "cancelling": false"#
    private static let step =
        #"{"name": "charge", "state": "enqueued", "attempt": 3, "max_attempts": 6, "attempts": []}"#

    /// Runs a command against a server that answers with this, and returns what was asked for.
    private func asked(
        _ arguments: [String], reply: String, user: String = "ann"
    ) async throws -> (request: FakeServer.Request, outcome: Program.Outcome) {
        let server = try FakeServer { _ in .json(reply) }
        defer { server.stop() }
        let outcome = try await Program.run(arguments, environment: ["USER": user, "CAIRN_SERVER": server.url])
        return (try #require(server.requests.first, "\(outcome.errors)"), outcome)
    }

    @Test(
        arguments: [
            (["cancel", "7"], "/v1/tasks/7/cancel"), (["retry", "7"], "/v1/tasks/7/retry"),
            (["resolve", "7"], "/v1/tasks/7/resolve"),
        ])
    func anActionOnATaskSaysWhoAndWhy(arguments: [String], path: String) async throws {
        let (request, outcome) = try await asked(
            ["task"] + arguments + ["--reason", "why"], reply: Self.task + #", "outcome": "cancelling"}"#)
        #expect(outcome.status == 0)
        #expect(request.method == "POST" && request.path == path)
        #expect(try JSON.parse(request.body) == ["by": "ann", "reason": "why"])
        #expect(outcome.output == "task 7  shop/order 1.0.0  steps_in_process\n")
    }

    @Test func byNamesSomebodyElse() async throws {
        let (request, _) = try await asked(
            ["task", "priority", "7", "--reason", "why", "--by", "ben", "--", "-5"], reply: Self.task + "}")
        #expect(request.path == "/v1/tasks/7/priority")
        #expect(try JSON.parse(request.body) == ["priority": -5, "by": "ben", "reason": "why"])
    }

    @Test(
        arguments: [
            (["reset"], ["action": "reset_for_retry"]), (["resolve"], ["action": "resolve_manually"]),
            (["complete", "--result", #"{"n": 1}"#], ["action": "complete_manually", "result": ["n": 1]]),
            (["rerun"], ["action": "rerun", "downstream": false]),
            (["rerun", "--downstream"], ["action": "rerun", "downstream": true]),
        ] as [([String], JSON)])
    func anActionOnAStepSaysWhoAndWhy(arguments: [String], members: JSON) async throws {
        let (request, outcome) = try await asked(
            ["step"] + arguments + ["7", "charge it", "--reason", "why"], reply: Self.step)
        #expect(outcome.status == 0)
        #expect(request.method == "PATCH" && request.path == "/v1/tasks/7/steps/charge%20it")
        var expected = members.objectValue ?? JSONObject()
        expected["by"] = "ann"
        expected["reason"] = "why"
        #expect(try JSON.parse(request.body) == .object(expected))
        #expect(outcome.output == "◔ charge  task 7  enqueued\n")
    }

    @Test(
        arguments: [
            (["task", "retry"], "retry", [:]), (["task", "cancel"], "cancel", [:]),
            (["task", "resolve"], "resolve", [:]),
            (["step", "reset"], "reset_step", [:]), (["step", "resolve"], "resolve_step", [:]),
            (["step", "complete", "--result", "5"], "complete_step", ["result": 5]),
            (["step", "rerun", "--downstream"], "rerun_step", ["downstream": true]),
        ] as [([String], String, JSON)])
    func withoutANumberTheTasksAreCountedFirst(arguments: [String], action: String, options: JSON) async throws {
        let filter = [
            "--template", "shop/order", "--state", "error", "--tag", "late", "--step", "charge", "--step-state",
            "error",
        ]
        let command = arguments + filter + ["--reason", "why"]
        let reply = #"{"action": "x", "dry_run": true, "matched": 12, "by_state": {"error": 12}}"#
        let (counted, outcome) = try await asked(command, reply: reply)
        #expect(counted.path == "/v1/tasks/bulk")
        var expected: JSONObject = JSONObject([
            .init(name: "action", value: .string(action)),
            .init(
                name: "filter",
                value: [
                    "namespace": "shop", "template_name": "order", "state": "error", "tag": "late", "step": "charge",
                    "step_state": "error",
                ]),
        ])
        if options != [:] { expected["options"] = options }
        #expect(try JSON.parse(counted.body) == .object(expected), "no dry_run: it is true unless given")
        #expect(outcome.status == 0 && outcome.output == "12 tasks match (error 12)\n")
        #expect(outcome.errors == "Nothing was done. Add --yes to do it\n")

        let report = #"{"action": "x", "dry_run": false, "done": 12, "refused": 0, "refusals": []}"#
        let (done, _) = try await asked(command + ["--yes"], reply: report)
        expected["dry_run"] = false
        expected["by"] = "ann"
        expected["reason"] = "why"
        #expect(try JSON.parse(done.body) == .object(expected))
    }

    @Test func whatSomeTasksRefuseIsTold() async throws {
        let report =
            #"{"action": "retry", "dry_run": false, "done": 2, "refused": 120, "refusals": [{"task_id": 4, "code": "nothing_to_retry", "message": "task 4 has no failed step"}]}"#
        let (_, outcome) = try await asked(
            ["task", "retry", "--namespace", "shop", "--reason", "why", "--yes"], reply: report)
        #expect(outcome.status == 5)
        #expect(
            outcome.output == """
                ✔ retry: 2 tasks
                ✖ refused: 120
                  task 4 has no failed step
                  … and 119 more

                """)
    }

    @Test(
        arguments: [
            (["task", "cancel", "7"], "error: missing expected argument '--reason <text>'"),
            (["task", "cancel", "7", "--reason", " "], "error: --reason must say why"),
            (["step", "reset", "7", "--reason", "x"], "error: give the step's name behind the task's number"),
            (
                ["step", "reset", "--state", "error", "--reason", "x"],
                "error: say which step of those tasks with --step"
            ),
            (["step", "complete", "7", "a", "--reason", "x"], "error: missing expected argument '--result <json>'"),
            (["task", "retry", "--step-state", "error", "--reason", "x"], "error: --step-state needs --step"),
            (
                ["task", "retry", "--template-version", "1.0.0", "--reason", "x"],
                "error: --template-version needs --template"
            ),
            (["task", "priority", "7", "1001", "--reason", "x"], "error: a priority is from -1000 to 1000, not 1001"),
            (["namespace", "pause", "shop"], "error: missing expected argument '--reason <text>'"),
            (["worker", "drain", "0", "--reason", "x"], "error: a worker's number is positive, not 0"),
            (["dlq", "show", "0"], "error: a dead letter's number is positive, not 0"),
            (
                ["retention", "--keep-tasks", "30", "--reason", "x"],
                "error: --keep-tasks must be a duration such as 30d, or forever, not \"30\""
            ),
            (["retention", "--keep-tasks", "30d"], "error: --reason must say why"),
            (["retention", "--yes"], "error: say what changes with --keep-tasks or --keep-history"),
        ])
    func badUsageIsTwo(arguments: [String], what: String) async throws {
        let outcome = try await Program.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.errorLines.first == what && outcome.errorLines.count == 2)
    }

    @Test(arguments: [["task", "cancel"], ["step", "reset"]])
    func oneOrManyButNotBothAndNotAll(command: [String]) async throws {
        for filter in [[], ["7", "a", "--namespace", "shop"], ["--yes"]] {
            let outcome = try await Program.run(command + filter + ["--reason", "x"])
            #expect(outcome.status == 2, "\(filter)")
        }
    }

    @Test(
        arguments: [
            (["task", "explain", "7"], #""code": "task_not_found""#, 404, 3, "`cairn task list` lists the tasks"),
            (
                ["task", "cancel", "7", "--reason", "x"], #""code": "task_ended", "state": "error""#, 409, 5,
                "Retry it with `cairn task retry`, or end it as dealt with by `cairn task resolve`"
            ),
            (
                ["step", "rerun", "7", "a", "--reason", "x"], #""code": "downstream_has_begun""#, 409, 5,
                "Add --downstream, and that runs again too"
            ),
            (
                ["dlq", "show", "9"], #""code": "dead_letter_not_found""#, 404, 3,
                "`cairn dlq list --all` lists the dead letters"
            ),
            (
                ["worker", "drain", "9", "--reason", "x"], #""code": "worker_not_found""#, 404, 3,
                "`cairn worker list --all` lists the workers"
            ),
        ] as [([String], String, Int, Int32, String)])
    func refusalsSayWhatToDo(
        arguments: [String], problem: String, status: Int, exit: Int32, advice: String
    ) async throws {
        let server = try FakeServer { _ in .problem(status, #"{"detail": "no", \#(problem)}"#) }
        defer { server.stop() }
        let outcome = try await Program.run(arguments + ["--server", server.url])
        #expect(outcome.status == exit)
        #expect(outcome.errorLines == ["error: no", advice])
    }

    @Test func retentionSaysForeverAsNull() async throws {
        let reply = #"{"keep_tasks": null, "keep_history": "90d", "expired_tasks": 0, "expired_partitions": []}"#
        let (request, outcome) = try await asked(
            ["retention", "--keep-tasks", "forever", "--reason", "why", "--yes"], reply: reply)
        #expect(request.method == "PATCH" && request.path == "/v1/retention")
        #expect(try JSON.parse(request.body) == ["keep_tasks": .null, "by": "ann", "reason": "why"])
        #expect(outcome.output.hasPrefix("tasks    forever\nhistory  90d\n"))
    }

    @Test func deadLettersAreTheOpenOnesUnlessAllAreAskedFor() async throws {
        let reply = #"{"dead_letters": [], "next": null}"#
        #expect(try await asked(["dlq", "list"], reply: reply).request.path == "/v1/dlq?open=true&limit=20")
        let (request, outcome) = try await asked(["dlq", "list", "--all", "--reason", "poison"], reply: reply)
        #expect(request.path == "/v1/dlq?reason=poison&limit=20")
        #expect(outcome.errors == "There are no such dead letters\n")
    }

    @Test func aTaskThatIsBeingCancelledSaysSo() async throws {
        let task = Self.task.replacing("false", with: "true") + #", "steps": [], "context": {}}"#
        for command in [["task", "show", "7"], ["task", "cancel", "7", "--reason", "x"]] {
            let (_, outcome) = try await asked(command, reply: task)
            #expect(outcome.output.contains("cancelling") && !outcome.output.contains("steps_in_process"))
        }
        let (_, list) = try await asked(["task", "list"], reply: #"{"tasks": [\#(task)], "next": null}"#)
        #expect(list.output.contains("⊘ cancelling"))
        let frame = TaskFrame(task: try TaskObject(json: try JSON.parse(task)), now: Date()).lines().map(\.plain)
        #expect(frame.first?.contains("cancelling") == true)
    }

    @Test(
        arguments: [
            ("complete", 0), ("resolved_manually", 0), ("error", 1), ("cancelled", 1),
        ] as [(String, Int32)])
    func watchEndsWithTheTask(state: String, exit: Int32) async throws {
        let task = Self.task.replacing("steps_in_process", with: state) + #", "steps": []}"#
        let server = try FakeServer { request in
            .json(request.path.hasSuffix("/history") ? #"{"task": [], "steps": []}"# : task)
        }
        defer { server.stop() }
        #expect(try await Program.run("task", "watch", "7", "--server", server.url).status == exit)
    }

    @Test func anExplanationIsASentenceAndWhatToDo() throws {
        let explanations = try Explanations(
            json: try JSON.parse(
                #"""
                {"id": 7, "explanations": [
                  {"step": null, "state": "error", "reason": "ended", "explanation": "The task ended.", "what_to_do": "Mend it."},
                  {"step": "charge", "state": "error", "reason": "failed", "explanation": "charge failed after a while.", "what_to_do": "Reset it."}]}
                """#))
        #expect(
            TaskExplain.lines(explanations.all, task: 7, width: 20).map(\.plain) == [
                "✖ task 7  error  ended", "    The task ended.", "    → Mend it.", "✖ charge  error  failed",
                "    charge failed", "    after a while.", "    → Reset it.",
            ])
    }

    @Test func aStepShowsItsAttempts() throws {
        let step = try StepObject(
            json: try JSON.parse(
                #"""
                {"name": "charge", "state": "in_progress", "stopping": true, "handler": "cairn.http", "attempt": 2,
                 "max_attempts": 5, "on_failure": "error", "depends_on": ["check"], "error": {"message": "HTTP 503"}, "attempts": [
                  {"attempt": 1, "outcome": "retryable", "worker": 3, "started_at": "2026-11-21T12:00:00Z",
                   "finished_at": "2026-11-21T12:00:01Z", "queue_ms": 12, "duration_ms": 1000, "error": {"message": "HTTP 503"}},
                  {"attempt": 2, "outcome": null, "worker": 4, "started_at": "2026-11-21T12:00:05Z", "finished_at": null,
                   "queue_ms": 7, "duration_ms": 90, "result": null, "error": null}]}
                """#))
        let now = try Fixtures.date("2026-11-21T12:00:06Z")
        let lines = StepSheet(step: step, task: 7, now: now).lines(width: .max).map(\.plain)
        #expect(lines.first == "● charge  task 7  in_progress, told to stop")
        #expect(lines.contains("  after        check"))
        #expect(
            lines.contains(
                "      1  retryable       3  2026-11-21 12:00:00.000Z  2026-11-21 12:00:01.000Z   12 ms  1.0 s  HTTP 503"
            ))
        #expect(lines.contains { $0.hasPrefix("      2  runs") })
    }
}
