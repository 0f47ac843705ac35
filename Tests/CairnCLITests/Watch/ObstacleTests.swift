import CairnClient
import CairnModel
import Foundation
import Testing

@testable import cairn

/// What a task waits for that does not come by itself.
@Suite struct ObstacleTests {
    private static func task(_ state: String, step: String) -> JSON {
        [
            "id": 7, "namespace": "shop", "template_name": "t", "template_version": "1.0.0",
            "state": .string(state), "context": [:],
            "steps": [["name": "charge", "state": .string(step), "handler": "h", "depends_on": []]],
        ]
    }

    private static func explanations(_ reason: String, _ text: String, _ whatToDo: String) -> JSON {
        [
            "explanations": [
                [
                    "step": .null, "state": "x", "reason": .string(reason), "explanation": .string(text),
                    "what_to_do": .string(whatToDo),
                ]
            ]
        ]
    }

    /// A server whose task rests for some questions, and is complete then.
    private func server(resting: JSON, _ explanations: JSON, polls: Int = 1_000_000) throws -> FakeServer {
        let count = Counter()
        return try FakeServer { request in
            if request.path.hasSuffix("/explain") { return .json(explanations.text) }
            if request.path.hasSuffix("/history") { return .json(#"{"task": [], "steps": []}"#) }
            if request.path == "/v1/workers" { return .json(#"{"workers": []}"#) }
            let status = request.method == "POST" ? 201 : 200
            return .json(
                count.next() > polls ? Self.task("complete", step: "complete").text : resting.text, status: status)
        }
    }

    private static let blocked = explanations(
        "blocked", "The task is held by the failure of charge.", "Mend the cause, then: cairn task retry 7 --reason ….")
    private static let paused = explanations(
        "paused", "Namespace shop is paused by ann: lunch.", "cairn namespace resume shop --reason ….")
    private static let later = explanations("run_at", "The task is to start at noon.", "It starts by itself then.")

    private static let cases: [(JSON, JSON, [String])] = [
        (
            task("blocked_by_failures", step: "error"), blocked,
            ["The task is held by the failure of charge.", "Mend the cause, then: cairn task retry 7 --reason …."]
        ),
        (
            task("steps_in_process", step: "enqueued"), paused,
            ["Namespace shop is paused by ann: lunch.", "cairn namespace resume shop --reason …."]
        ),
        (
            task("pending", step: "pending"), later,
            ["The task is to start at noon.", "It starts by itself then."]
        ),
    ]

    @Test(arguments: 0..<3) func submitAndShowSayWhatHoldsATask(number: Int) async throws {
        let (task, explanations, lines) = Self.cases[number]
        let server = try server(resting: task, explanations)
        defer { server.stop() }
        for command in [["submit", "shop/t"], ["show", "7"]] {
            let outcome = try await Program.run(["task"] + command + ["--server", server.url])
            #expect(outcome.status == 0)
            for line in lines { #expect((outcome.output + outcome.errors).contains(line)) }
            #expect(!(outcome.output + outcome.errors).contains("no live worker"), "the first obstacle comes first")
        }
    }

    @Test(arguments: 0..<3) func watchAndWaitSayItOnceAndGoOnWaiting(number: Int) async throws {
        let (task, explanations, lines) = Self.cases[number]
        for command in [["watch", "7", "--interval", "50ms"], ["submit", "shop/t", "--wait"]] {
            let server = try server(resting: task, explanations, polls: 6)
            defer { server.stop() }
            let outcome = try await Program.run(["task"] + command + ["--server", server.url])
            #expect(outcome.status == 0, "it went on until the task was complete")
            #expect(outcome.errorLines == lines)
        }
    }

    @Test func aTaskThatRunsIsNotAskedAfter() throws {
        let now = Date()
        func mayBe(_ state: String, step: String) throws -> Bool {
            Obstacle.mayBe(in: try TaskObject(json: Self.task(state, step: step)), now: now)
        }
        #expect(try !mayBe("steps_in_process", step: "in_progress"))
        #expect(try !mayBe("complete", step: "complete"))
        #expect(try !mayBe("waiting_for_retry", step: "waiting_for_retry"))
        #expect(try mayBe("blocked_by_failures", step: "error"))
    }
}
