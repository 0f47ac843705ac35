import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import Testing

@Suite struct TaskTests {
    @Test func `a submit gives 201, the task, and where it is`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let answer = try await api.post(
                "/v1/tasks",
                request(#""context": {"n": 123456789012345678901234567890.5}, "priority": 3, "tags": ["a"]"#))
            #expect(answer.status == 201)
            let id = try #require(try answer.json["id"]?.intValue)
            #expect(answer.headers[.location] == "/v1/tasks/\(id)")
            #expect(answer.text.contains("123456789012345678901234567890.5"))
            let task = try await api.get("/v1/tasks/\(id)").json
            #expect(task["priority"] == 3)
            #expect(task["steps"]?.arrayValue?.count == 2)
            #expect(try await api.get("/v1/tasks/\(id)/history").json["task"]?[0]?["to_state"] == "steps_in_process")
            #expect(try await api.get("/v1/tasks/\(id)/results").json == [:])
        }
    }

    @Test func `every answer ends its line, once, and its length counts that`() async throws {
        try await API.test(.live) { (api) async throws in
            try await api.register()
            let id = try await api.submit()
            for path in [
                "/v1/tasks", "/v1/tasks/\(id)", "/v1/tasks/\(id)/graph", "/v1/tasks/\(id)/graph?format=dot",
                "/v1/tasks/0", "/health", "/openapi.json", "/nothing",
            ] {
                let answer = try await api.get(path)
                #expect(answer.text.hasSuffix("\n") && !answer.text.hasSuffix("\n\n"), "\(path)")
                #expect(answer.headers[.contentLength] == "\(answer.text.utf8.count)", "\(path)")
            }
        }
    }

    /// Whatever function of the database wrote it: what is in strings stays, and between tokens there is nothing.
    @Test func `JSON has one spacing`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let context = #"{"text": " a : \"b\" , { \\ ", "list": [1, {"a": [ ]}], "é": "\t"}"#
            let id = try await api.submit(#""context": \#(context), "tags": ["a b"]"#)
            try await api.settle(worker, api.claim(worker), .permanent)
            for path in [
                "/v1/tasks", "/v1/tasks/\(id)", "/v1/tasks/\(id)/history", "/v1/tasks/\(id)/results",
                "/v1/tasks/\(id)/explain", "/v1/tasks/\(id)/steps/s1", "/v1/templates", "/v1/templates/t/chain",
                "/v1/workers", "/v1/namespaces", "/v1/dlq", "/v1/dlq/1", "/v1/hooks", "/v1/retention",
            ] {
                let answer = try await api.get(path)
                #expect(answer.status == 200, "\(path): \(answer.text)")
                #expect(try answer.text == answer.json.text + "\n", "\(path)")
            }
            let task = try await api.get("/v1/tasks/\(id)").json
            #expect(try task["context"]?.canonicalText == JSON.parse(context).canonicalText)
        }
    }

    @Test func `graphs come in three forms`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let path = "/v1/tasks/\(try await api.submit())/graph"
            #expect(try await api.get(path).text.hasPrefix("flowchart"))
            #expect(try await api.get(path + "?format=dot").text.hasPrefix("digraph"))
            #expect(try await api.get(path + "?format=json").json["edges"]?[0]?["to"] == "s2")
            #expect(try await api.get(path + "?format=png").code == "invalid_parameter")
        }
    }

    @Test func `a duplicate is refused or returned, as asked`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.submit(#""idempotency_key": "k""#)
            let refused = try await api.post("/v1/tasks", request(#""idempotency_key": "k""#))
            #expect(refused.status == 409)
            #expect(try refused.code == "duplicate_task")
            #expect(try refused.json["existing_task_id"]?.intValue == id)
            let returned = try await api.post(
                "/v1/tasks", request(#""idempotency_key": "k", "on_duplicate": "return""#))
            #expect(returned.status == 200)
            #expect(try returned.json["id"]?.intValue == id)
            #expect(try await api.count() == 1)
        }
    }

    @Test func `a task that is stored is answered without being read, which a duplicate is`()
        async throws
    {
        try await API.test { (api) async throws in
            try await api.register()
            // As when the database goes away after the commit.
            try await api.store.pool.execute("alter function cairn.task_json rename to task_json_away")
            let answer = try await api.post("/v1/tasks", request(#""idempotency_key": "k""#))
            #expect(answer.status == 201)
            #expect(try answer.json["state"] == "steps_in_process")
            #expect(try answer.json["idempotency_key"] == "k")
            #expect(try answer.json["steps"]?[0]?["state"] == "enqueued")
            #expect(try await api.count() == 1)
            let duplicate = try await api.post(
                "/v1/tasks", request(#""idempotency_key": "k", "on_duplicate": "return""#))
            #expect(duplicate.status == 503)
            #expect(try await api.count() == 1)
        }
    }

    @Test func `200 concurrent submits share statements, and each gets its own task`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let ids = try await withThrowingTaskGroup(of: (Int, Int64).self) { group in
                for number in 0..<200 {
                    group.addTask { (number, try await api.submit(#""context": {"n": \#(number)}"#)) }
                }
                return try await group.reduce(into: [Int: Int64]()) { $0[$1.0] = $1.1 }
            }
            #expect(Set(ids.values).count == 200)
            #expect(api.intake.statementCount < 100)
            for (number, id) in ids where number % 20 == 0 {
                #expect(try await api.get("/v1/tasks/\(id)").json["context"]?["n"]?.intValue == Int64(number))
            }
        }
    }

    @Test func `a page of great contexts ends early, and the next goes on`() async throws {
        try await API.test { (api) async throws in
            _ = try await api.register()
            let great = String(repeating: "x", count: 1_000_000)
            for _ in 0..<12 {
                let task = #"{"namespace": "t", "template_name": "chain", "context": {"x": "\#(great)"}}"#
                #expect(try await api.post("/v1/tasks", task).status == 201)
            }
            let page = try await api.get("/v1/tasks").json
            #expect(page["tasks"]?.arrayValue?.count == 9)
            let after = try #require(page["next"]?.intValue)
            let rest = try await api.get("/v1/tasks?after=\(after)").json
            #expect(rest["tasks"]?.arrayValue?.count == 3 && rest["next"]?.isNull == true)
        }
    }

    @Test func `pages cover every task once`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            for number in 0..<25 { _ = try await api.submit(#""correlation_id": "c\#(number % 2)", "tags": ["x"]"#) }
            var seen: [Int64] = []
            var after: Int64?
            repeat {
                let page = try await api.get("/v1/tasks?limit=7" + (after.map { "&after=\($0)" } ?? "")).json
                seen += page["tasks"]?.arrayValue?.compactMap { $0["id"]?.intValue } ?? []
                after = page["next"]?.intValue
            } while after != nil
            #expect(seen.count == 25)
            #expect(seen == Array(Set(seen)).sorted(by: >))
            func count(_ query: String) async throws -> Int? {
                try await api.get("/v1/tasks?\(query)").json["tasks"]?.arrayValue?.count
            }
            #expect(try await count("correlation_id=c1") == 12)
            #expect(try await count("tag=x&namespace=t&template_name=chain&state=steps_in_process") == 25)
            #expect(try await count("state=complete") == 0)
            #expect(try await count("created_after=2999-01-01T00:00:00Z") == 0)
            #expect(try await count("created_before=2999-01-01T00:00:00%2B01:00") == 25)
        }
    }

    @Test(arguments: [
        "limit=501", "limit=0", "limit=x", "limt=5", "state=done", "created_after=yesterday", "after=-1",
        "created_after=0001-01-01T00:00:00%2B15:00", "created_before=9999-12-31T23:59:59-15:00",
        "limit=1&limit=2",
        "tag=%zz",
    ])
    func `a query that is wrong is refused`(_ query: String) async throws {
        try await API.test { (api) async throws in
            let answer = try await api.get("/v1/tasks?\(query)")
            #expect(answer.status == 400)
            #expect(try answer.code == "invalid_parameter")
        }
    }

    @Test(arguments: ["0", "-1", "x", "9223372036854775808", "+1", "1.0"])
    func `an id that is none is refused`(_ id: String) async throws {
        try await API.test { (api) async throws in
            #expect(try await api.get("/v1/tasks/\(id)").code == "invalid_id")
        }
    }

    @Test func `what is not there is 404`() async throws {
        try await API.test { (api) async throws in
            for path in ["", "/history", "/results", "/graph"] {
                let answer = try await api.get("/v1/tasks/9223372036854775807\(path)")
                #expect(answer.status == 404)
                #expect(try answer.code == "task_not_found")
            }
        }
    }
}
