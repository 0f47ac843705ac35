import CairnClient
import CairnModel
import Foundation
import Testing

@Suite struct CairnClientTests {
    // https://github.com/swiftlang/swift-corelibs-foundation/issues/5412
    @Test func requestsThatAreCancelledWhileTheyEndDoNotHang() async throws {
        // Nothing listens there: a request ends at once.
        let client = try CairnClient("http://127.0.0.1:1")
        for round in 0..<100 {
            await withTaskGroup { group in
                for _ in 0..<50 { group.addTask { _ = try? await client.task(1) } }
                for _ in 0..<round { await Task.yield() }
                group.cancelAll()
            }
        }
    }

    @Test func aTaskIsReadWithoutLosingADigit() async throws {
        let text = #"""
            {"id": 9007199254740993, "namespace": "n", "template_name": "t", "template_version": "1.0.0", "state": "teleported",
             "context": {"z": 1.50, "a": 12345678901234567890}, "created_at": "2026-11-21T12:00:00+00:00"}
            """#
        let server = try FakeServer { _ in .json(text) }
        defer { server.stop() }
        let task = try await CairnClient(server.url).task(1)
        #expect(task.id == 9_007_199_254_740_993)
        #expect(task.context.text == #"{"z":1.50,"a":12345678901234567890}"#)
        #expect(task.stateName == "teleported" && task.state == nil)
        #expect(task.createdAt?.date != nil)
    }

    @Test func everythingOfASubmissionIsSent() async throws {
        let task = try Fixtures.text("task-running")
        let server = try FakeServer { _ in .json(task, status: 201) }
        defer { server.stop() }
        var submission = Submission(namespace: "example", template: "troubled", context: ["a": 1])
        submission.priority = 5
        submission.tags = ["x"]
        submission.headers = ["k": "v"]
        submission.idempotencyKey = "key"
        #expect(try await CairnClient(server.url + "/").submit(submission).id == 6)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.path == "/v1/tasks")
        #expect(
            try JSON.parse(request.body) == [
                "namespace": "example", "template_name": "troubled", "context": ["a": 1], "priority": 5, "tags": ["x"],
                "headers": ["k": "v"], "idempotency_key": "key",
            ])
    }

    @Test func aFilterBecomesAQuery() async throws {
        let server = try FakeServer { _ in .json(#"{"tasks": [], "next": null}"#) }
        defer { server.stop() }
        var filter = TaskFilter()
        filter.tag = "a&b=c+d"
        filter.limit = 7
        #expect(try await CairnClient(server.url + "/prefix").tasks(filter).tasks.isEmpty)
        #expect(server.requests.first?.path == "/prefix/v1/tasks?tag=a%26b%3Dc%2Bd&limit=7")
    }

    @Test(arguments: ["/%00", "/a%20b", "/%C3%A9"])
    func thePathOfAnAddressStaysAsItIs(path: String) async throws {
        let server = try FakeServer { _ in .json(#"{"tasks": [], "next": null}"#) }
        defer { server.stop() }
        _ = try await CairnClient(server.url + path).tasks(TaskFilter())
        #expect(server.requests.first?.path == path + "/v1/tasks")
    }

    @Test func aProblemIsDecoded() async throws {
        let server = try FakeServer { _ in
            .problem(
                409,
                #"{"title": "Duplicate", "status": 409, "code": "duplicate_task", "detail": "it exists: 7", "hint": "look", "existing_task_id": 7, "errors": [{"message": "m", "pointer": "/a"}, "plain"]}"#
            )
        }
        defer { server.stop() }
        let client = try CairnClient(server.url)
        let error = await #expect(throws: CairnClientError.self) {
            try await client.submit(Submission(namespace: "a", template: "b"))
        }
        #expect(error?.code == .duplicateTask && error?.status == 409 && error?.title == "Duplicate")
        #expect(error?.detail == "it exists: 7" && error?.hint == "look" && error?.existingTaskID == 7)
        #expect(error?.issues.map(\.description) == ["error: m (at /a)", "error: plain"])
    }

    @Test(arguments: [
        (FakeServer.Reply(status: 200, type: "text/html", body: "<html>"), "unexpected_reply"),
        (.json("{}"), "unexpected_reply"), (.json(#"{"id": "x"}"#), "unexpected_reply"),
        (FakeServer.Reply(status: 502, type: "text/html", body: "bad gateway"), "unavailable"),
        (.json("", status: 404), "not_found"), (.json("", status: 500), "internal"),
        (.json("", status: 401), "unauthenticated"),
    ])
    func repliesThatAreNone(reply: FakeServer.Reply, code: String) async throws {
        let server = try FakeServer { _ in reply }
        defer { server.stop() }
        let client = try CairnClient(server.url)
        let error = await #expect(throws: CairnClientError.self) { try await client.task(1) }
        #expect(error?.code.rawValue == code)
        #expect(error?.detail.isEmpty == false)
    }

    @Test func nobodyThere() async throws {
        let client = try CairnClient("http://127.0.0.1:9")
        let error = await #expect(throws: CairnClientError.self) { try await client.workers() }
        #expect(error?.code == .unreachable && error?.status == nil)
        #expect(error?.hint?.contains("cairn up") == true)
        #expect(throws: CairnClientError.self) { try CairnClient("localhost:8080") }
    }

    @Test func batchesKeepTheirOrder() async throws {
        let server = try FakeServer { _ in
            .json(
                "{\"status\": 201, \"id\": 6}\n" + #"{"code": "template_not_found", "status": 404, "detail": "no"}"#
                    + "\n")
        }
        defer { server.stop() }
        let results = try await CairnClient(server.url).submitBatch(
            [Submission(namespace: "a", template: "b"), Submission(namespace: "a", template: "c")], isPartial: true)
        #expect(results.map(\.taskID) == [6, nil] && results.map(\.isNew) == [true, false])
        #expect(results.map { $0.problem?.code } == [nil, .templateNotFound])
        #expect(server.requests.first?.path == "/v1/tasks/batch?partial=true")
    }

    @Test func healthSaysWhyNot() async throws {
        let server = try FakeServer { _ in .problem(503, #"{"code": "unavailable", "detail": "not migrated"}"#) }
        defer { server.stop() }
        let health = try await CairnClient(server.url).health()
        #expect(!health.isReady && health.reason == "not migrated")
    }

    @Test func listsMayBeMembers() async throws {
        let workers = try Fixtures.text("workers")
        let server = try FakeServer { request in
            request.path.hasPrefix("/v1/workers") ? .json(workers) : .json("{\"templates\": []}")
        }
        defer { server.stop() }
        let client = try CairnClient(server.url)
        #expect(try await client.workers().count == 3)
        #expect(try await client.templates().isEmpty)
    }
}
