import CairnClient
import CairnModel
import Foundation
import Testing

@testable import cairn

@Suite struct MissingWorkersTests {
    private static func task(_ handlers: [String], state: String = "enqueued", runAt: JSON = .null) -> JSON {
        let steps = handlers.enumerated().map { number, handler -> JSON in
            [
                "name": .string("s\(number + 1)"), "state": .string(state), "handler": .string(handler),
                "run_at": runAt, "depends_on": [],
            ]
        }
        return [
            "id": 7, "namespace": "shop", "template_name": "t", "template_version": "1.0.0",
            "state": "steps_in_process", "context": [:], "steps": .array(steps),
        ]
    }

    private static func worker(_ state: String, _ namespace: String, _ handlers: [String]) -> JSON {
        [
            "id": 1, "name": "w", "state": .string(state), "namespaces": [.string(namespace)],
            "handlers": .array(handlers.map(JSON.string)),
        ]
    }

    private func lines(_ task: JSON, _ workers: [JSON]) throws -> [String] {
        MissingWorkers(
            try TaskObject(json: task), workers: try workers.map { try WorkerObject(json: $0) },
            now: try Fixtures.date("2026-11-21T12:00:00Z")
        ).lines
    }

    private static let nobody =
        "no live worker serves namespace shop; start one: cairn-worker --database-url URL --namespace shop"

    @Test(
        arguments: [
            ([], [nobody]), ([worker("draining", "shop", ["h"])], [nobody]),
            ([worker("live", "other", ["h"])], [nobody]), ([worker("live", "shop", ["h"])], []),
            (
                [worker("live", "shop", ["g"]), worker("live", "other", ["h"])],
                [
                    "no live worker has handler h, for which step s1 waits; start one that has it, for namespace shop"
                ]
            ),
        ] as [([JSON], [String])])
    func aReadyStepNeedsALiveWorkerOfItsNamespaceWithItsHandler(workers: [JSON], said: [String]) throws {
        #expect(try lines(Self.task(["h"]), workers) == said)
    }

    @Test func eachHandlerIsNamedOnce() throws {
        let said = try lines(Self.task(["b", "a", "b", "c"]), [Self.worker("live", "shop", ["c"])])
        #expect(said.count == 2)
        #expect(said[0].hasPrefix("no live worker has handler a, for which step s2 waits"))
        #expect(said[1].hasPrefix("no live worker has handler b, for which 2 steps wait"))
    }

    @Test func whatIsNotReadyIsNotMissed() throws {
        #expect(try lines(Self.task(["h"], state: "pending"), []) == [])
        #expect(try lines(Self.task(["h"], runAt: "2026-11-21T12:00:05Z"), []) == [])
    }

    @Test func aListThatMayBeCutSaysNothing() throws {
        let workers = Array(repeating: Self.worker("live", "other", ["h"]), count: 1000)
        #expect(try lines(Self.task(["h"]), workers) == [])
    }

    @Test(arguments: [["submit", "shop/t"], ["show", "7"]])
    func theCommandsSayIt(command: [String]) async throws {
        let server = try FakeServer { request in
            request.path == "/v1/workers"
                ? .json(#"{"workers": []}"#)
                : .json(Self.task(["h"]).text, status: request.method == "POST" ? 201 : 200)
        }
        defer { server.stop() }
        let outcome = try await Program.run(["task"] + command + ["--server", server.url])
        #expect(outcome.status == 0)
        #expect((outcome.output + outcome.errors).contains(Self.nobody))
        let json = try await Program.run(["task"] + command + ["--json", "--server", server.url])
        #expect(json.errors.isEmpty)
        #expect(try JSON.parse(json.output)["id"] == 7)
    }

    @Test func watchSaysItOnceAndGoesOn() async throws {
        let polls = Counter()
        let server = try FakeServer { request in
            if request.path == "/v1/workers" { return .json(#"{"workers": []}"#) }
            if request.path.hasSuffix("/history") { return .json(#"{"task": [], "steps": []}"#) }
            guard polls.next() > 5 else { return .json(Self.task(["h"]).text) }
            var ended = Self.task([]).objectValue ?? JSONObject()
            ended["state"] = "complete"
            return .json(JSON.object(ended).text)
        }
        defer { server.stop() }
        let outcome = try await Program.run("task", "watch", "7", "--interval", "50ms", "--server", server.url)
        #expect(outcome.status == 0)
        #expect(outcome.errorLines == [Self.nobody])
    }
}
