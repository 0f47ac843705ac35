import CairnModel
import CairnOrchestrator
import CairnStore
import Hummingbird
import Postgres
import Testing

@Suite struct DeadLetterTests {
    /// The id of the open dead letter of a task.
    private func letter(of task: Int64, _ api: API) async throws -> Int64 {
        let page = try await api.get("/v1/dlq?open=true&task_id=\(task)").json
        return try #require(page["dead_letters"]?[0]?["id"]?.intValue)
    }

    @Test func `a task that failed has one, with the task as it was`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.failedTask(try await api.worker())
            let letter = try await api.get("/v1/dlq/\(try await letter(of: id, api))").json
            #expect(try SchemaChecker().errors(letter, as: "DeadLetterDetail") == [])
            #expect(letter["reason"] == "permanent_error" && letter["status"] == "pending")
            #expect(letter["message"] == "step s1 failed after 1 attempt: the provider is down")
            #expect(letter["snapshot"]?["task"]?["id"]?.intValue == id && letter["task_state"] == "error")
            let none = try await api.get("/v1/dlq/999")
            #expect(try none.status == 404 && none.code == "dead_letter_not_found")
        }
    }

    @Test func `pages cover every entry once, and filters narrow them`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            for _ in 1...7 { _ = try await api.failedTask(worker) }
            var seen: [Int64] = []
            var after: Int64?
            repeat {
                let page = try await api.get("/v1/dlq?limit=3" + (after.map { "&after=\($0)" } ?? "")).json
                #expect(try SchemaChecker().errors(page, as: "DeadLetterPage") == [])
                seen += page["dead_letters"]?.arrayValue?.compactMap { $0["id"]?.intValue } ?? []
                after = page["next"]?.intValue
            } while after != nil
            #expect(seen.count == 7 && seen == Array(Set(seen)).sorted(by: >))
            func count(_ query: String) async throws -> Int? {
                try await api.get("/v1/dlq?\(query)").json["dead_letters"]?.arrayValue?.count
            }
            #expect(try await count("status=pending&reason=permanent_error&namespace=t&template_name=chain") == 7)
            #expect(try await count("status=resolved") == 0)
            #expect(try await count("namespace=u") == 0)
            #expect(try await count("opened_after=2999-01-01T00:00:00Z") == 0)
            for wrong in ["status=done", "reason=none", "limit=501", "open=maybe", "state=error"] {
                #expect(try await api.get("/v1/dlq?\(wrong)").code == "invalid_parameter")
            }
        }
    }

    @Test func `a note begins the investigation, and a retry closes it`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let id = try await api.failedTask(worker)
            let path = "/v1/dlq/\(try await letter(of: id, api))"
            let noted = try await api.patch(path, #"{"action": "investigate", \#(annAndWhy)}"#)
            #expect(noted.status == 200)
            #expect(try noted.json["status"] == "investigating")
            #expect(try noted.json["notes"]?[0]?["text"] == "the provider is back")
            let retried = try await api.patch(path, #"{"action": "retry", \#(annAndWhy)}"#)
            #expect(try retried.json["status"] == "resolved" && retried.json["closed_by"] == "ann")
            #expect(try await api.state(of: id) == "steps_in_process")
            let again = try await api.patch(path, #"{"action": "close", \#(annAndWhy)}"#)
            #expect(try again.status == 409 && again.code == "dead_letter_closed")
        }
    }

    @Test(arguments: [
        ("resolve", "resolved", "resolved_manually"), ("close", "resolved", "error"),
        ("give_up", "permanently_failed", "error"),
    ])
    func `it is closed in one of several ways`(action: String, status: String, state: String) async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.failedTask(try await api.worker())
            let answer = try await api.patch(
                "/v1/dlq/\(try await letter(of: id, api))", #"{"action": "\#(action)", \#(annAndWhy)}"#)
            #expect(try answer.json["status"]?.stringValue == status)
            #expect(try await api.state(of: id) == state)
        }
    }

    @Test func `what the task's state does not allow is refused, and the entry stays open`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.failedTask(try await api.worker())
            let path = "/v1/dlq/\(try await letter(of: id, api))"
            let answer = try await api.patch(path, #"{"action": "cancel", \#(annAndWhy)}"#)
            #expect(try answer.status == 409 && answer.code == "task_ended")
            #expect(try await api.get(path).json["status"] == "pending")
        }
    }

    @Test func `one is opened by hand, once`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.submit()
            let first = try await api.post("/v1/dlq", #"{"task_id": \#(id), \#(annAndWhy)}"#)
            #expect(first.status == 201)
            #expect(try SchemaChecker().errors(first.json, as: "DeadLetterDetail") == [])
            #expect(try first.json["reason"] == "manual" && first.json["message"] == "the provider is back")
            let second = try await api.post("/v1/dlq", #"{"task_id": \#(id), \#(annAndWhy)}"#)
            #expect(second.status == 200)
            #expect(try second.json["id"] == first.json["id"])
            #expect(try await api.post("/v1/dlq", #"{"task_id": 999, \#(annAndWhy)}"#).status == 404)
            #expect(try await api.post("/v1/dlq", "{\(annAndWhy)}").json["pointer"] == "/task_id")
        }
    }

    @Test func `they are counted`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let first = try await api.failedTask(worker)
            _ = try await api.failedTask(worker)
            _ = try await api.post("/v1/tasks/\(first)/retry", "{\(annAndWhy)}")
            let stats = try await api.get("/v1/dlq/stats").json
            #expect(try SchemaChecker().errors(stats, as: "DeadLetterStats") == [])
            #expect(stats["total"] == 2 && stats["open"] == 1)
            #expect(stats["by_status"] == ["pending": 1, "resolved": 1])
            #expect(stats["open_by_reason"] == ["permanent_error": 1])
            #expect(stats["open_by_template"]?[0]?["template_name"] == "chain")
        }
    }

    @Test(arguments: [
        (#""action": "reopen", \#(annAndWhy)"#, "invalid_action"),
        (#""action": "close", "by": "ann""#, "missing_member"),
        (#""action": "close", "reason": "why""#, "missing_member"),
        (#""action": "close", "note": "x", \#(annAndWhy)"#, "unknown_member"),
    ])
    func `a request that is wrong is refused`(members: String, code: String) async throws {
        try await API.test { (api) async throws in
            let answer = try await api.patch("/v1/dlq/1", "{\(members)}")
            #expect(try answer.status == 400 && answer.code == code)
            #expect(try await api.patch("/v1/dlq/1", #"{"action": "close", \#(annAndWhy)}"#).status == 404)
        }
    }
}
