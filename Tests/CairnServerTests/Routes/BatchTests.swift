import CairnModel
import CairnOrchestrator
import CairnServer
import HTTPTypes
import Hummingbird
import Postgres
import Testing

@Suite struct BatchTests {
    @Test func `an array is stored as a whole, in order`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let items = (0..<20).map { request(#""priority": \#($0)"#) }
            let answer = try await api.post("/v1/tasks/batch", "[\(items.joined(separator: ","))]")
            #expect(answer.status == 201)
            let ids = try #require(try answer.json.arrayValue).compactMap { $0["id"]?.intValue }
            #expect(ids.count == 20)
            #expect(try await api.get("/v1/tasks/\(ids[7])").json["priority"] == 7)
            #expect(api.intake.statementCount == 1)
        }
    }

    @Test func `lines give lines`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let answer = try await api.post(
                "/v1/tasks/batch", request() + "\n\n" + request() + "\r\n", type: "application/x-ndjson")
            #expect(answer.status == 201)
            #expect(answer.type == "application/x-ndjson")
            #expect(answer.text.split(separator: "\n").count == 2)
        }
    }

    @Test func `all or nothing, with the cause's status and every item's result`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let key = #""idempotency_key": "k""#
            let id = try await api.submit(key)
            let body = "[\(request()),\(request(key)),\(request())]"
            let answer = try await api.post("/v1/tasks/batch", body)
            #expect(answer.status == 409)
            #expect(try answer.code == "batch_refused")
            let results = try #require(try answer.json["results"]?.arrayValue)
            #expect(results.map { $0["code"] } == ["group_refused", "duplicate_task", "group_refused"])
            #expect(results[1]["existing_task_id"]?.intValue == id)
            #expect(try await api.count() == 1)
        }
    }

    @Test func `partial stores what can be stored`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let lines = [request(), "{not json", request(#""x": 1"#), request(template: "none"), request()]
            let answer = try await api.post(
                "/v1/tasks/batch?partial=true", lines.joined(separator: "\n"), type: "application/x-ndjson")
            #expect(answer.status == 200)
            let results = try answer.text.split(separator: "\n").map { try JSON.parse($0.utf8) }
            #expect(results.map { $0["status"]?.intValue } == [201, 400, 400, 404, 201])
            #expect(results[1]["line"] == 2)
            #expect(try await api.count() == 2)
            for result in results { #expect(try SchemaChecker().errors(result, as: "BatchResult") == []) }
        }
    }

    @Test func `a key twice in one batch is one task`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let item = request(#""idempotency_key": "k", "on_duplicate": "return""#)
            let answer = try await api.post("/v1/tasks/batch", "[\(item),\(item)]")
            #expect(try answer.json.arrayValue?.map { $0["status"]?.intValue } == [201, 200])
            #expect(try await api.count() == 1)
        }
    }

    static let thousandAndOne = "[" + Array(repeating: "{}", count: 1001).joined(separator: ",") + "]"
    static let large = #"["\#(String(repeating: "x", count: 17 << 20))"]"#

    @Test(arguments: [
        ("[]", 400, "empty_batch"), ("{}", 400, "invalid_member"), ("[1", 400, "invalid_json"),
        ("1001", 400, "batch_too_large"), ("17 MiB", 413, "body_too_large"),
    ])
    func `a batch that is none is refused`(_ body: String, _ status: Int, _ code: String) async throws {
        try await API.test { (api) async throws in
            let bodies = ["1001": Self.thousandAndOne, "17 MiB": Self.large]
            let answer = try await api.post("/v1/tasks/batch", bodies[body] ?? body)
            #expect(answer.status == status)
            #expect(try answer.code == code)
        }
    }

    @Test func `too much at once is refused with 503`() async throws {
        let limits = IntakeLimits(queuedSubmissions: 2)
        try await API.test(limits: limits) { (api) async throws in
            try await api.register()
            let statuses = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<60 { group.addTask { try await api.post("/v1/tasks", request()) } }
                return try await group.reduce(into: [Answer]()) { $0.append($1) }
            }
            let refused = statuses.filter { $0.status == 503 }
            #expect(!refused.isEmpty)
            #expect(try await Int(api.count()) == 60 - refused.count)
            for answer in refused {
                #expect(try answer.code == "overloaded")
                #expect(answer.headers[.retryAfter] == "1")
                #expect(try answer.json["error_id"] != nil)
            }
        }
    }
}
