import CairnModel
import CairnOrchestrator
import CairnStore
import Hummingbird
import Postgres
import Testing

@Suite struct StepTests {
    @Test func `a step shows all its attempts, with when, where and how each ended`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let id = try await api.failedTask(worker)
            _ = try await api.post("/v1/tasks/\(id)/retry", "{\(annAndWhy)}")
            _ = try await api.claim(worker)
            let step = try await api.get("/v1/tasks/\(id)/steps/s1").json
            #expect(try SchemaChecker().errors(step, as: "StepDetail") == [])
            #expect(step["state"] == "in_progress" && step["task_state"] == "steps_in_process")
            let attempts = try #require(step["attempts"]?.arrayValue)
            #expect(attempts.map { $0["attempt"]?.intValue } == [1, 2])
            #expect(attempts[0]["outcome"] == "permanent")
            #expect(attempts[0]["worker"]?.intValue == worker)
            #expect(attempts[0]["error"]?["message"] == "the provider is down")
            #expect(attempts[0]["queue_ms"]?.intValue ?? -1 >= 0 && attempts[0]["duration_ms"]?.intValue ?? -1 >= 0)
            #expect(attempts[1]["outcome"] == .null && attempts[1]["finished_at"] == .null)
            #expect(attempts[1]["started_at"]?.stringValue != nil)
        }
    }

    @Test func `what is not there is 404`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.submit()
            let body = #"{"action": "resolve_manually", \#(annAndWhy)}"#
            #expect(try await api.get("/v1/tasks/999/steps/s1").code == "task_not_found")
            #expect(try await api.get("/v1/tasks/\(id)/steps/s9").code == "step_not_found")
            #expect(try await api.patch("/v1/tasks/999/steps/s1", body).status == 404)
            let none = try await api.patch("/v1/tasks/\(id)/steps/s9", body)
            #expect(try none.status == 404 && none.code == "step_not_found")
        }
    }

    @Test func `a failed step is reset, any other is not`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let id = try await api.failedTask(worker)
            let path = "/v1/tasks/\(id)/steps/s1"
            let body = #"{"action": "reset_for_retry", \#(annAndWhy)}"#
            let answer = try await api.patch(path, body)
            #expect(answer.status == 200)
            #expect(try SchemaChecker().errors(answer.json, as: "StepDetail") == [])
            #expect(try answer.json["state"] == "enqueued")
            #expect(try await api.lastAction() == ["reset_step", "ann", "the provider is back"])
            let again = try await api.patch(path, body)
            #expect(try again.status == 409 && again.code == "illegal_transition" && again.json["state"] == "enqueued")
        }
    }

    @Test func `a step is completed by hand with a result, which its dependents get`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let id = try await api.failedTask(worker)
            let answer = try await api.patch(
                "/v1/tasks/\(id)/steps/s1",
                #"{"action": "complete_manually", "result": {"paid": 12.50}, \#(annAndWhy)}"#)
            #expect(answer.status == 200)
            #expect(try answer.json["state"] == "complete" && answer.text.contains("12.50"))
            #expect(try answer.json["attempts"]?[1]?["outcome"] == "completed_manually")
            let next = try await api.claim(worker)
            #expect(next.map(\.stepNo) == [2] && next[0].results.string.contains("12.50"))
        }
    }

    @Test func `a step is resolved by hand, and its dependents run`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.failedTask(try await api.worker())
            let answer = try await api.patch(
                "/v1/tasks/\(id)/steps/s1", #"{"action": "resolve_manually", \#(annAndWhy)}"#)
            #expect(try answer.json["state"] == "resolved_manually")
            #expect(try await api.state(of: id, "s2") == "enqueued")
        }
    }

    @Test func `a step that others built on runs again only with them`() async throws {
        try await API.test { (api) async throws in
            try await api.register(steps: 3)
            let worker = try await api.worker()
            let id = try await api.submit()
            for _ in 1...2 { try await api.settle(worker, try await api.claim(worker), .succeeded) }
            try await api.settle(worker, try await api.claim(worker), .permanent)
            let path = "/v1/tasks/\(id)/steps/s1"
            let alone = try await api.patch(path, #"{"action": "rerun", \#(annAndWhy)}"#)
            #expect(try alone.status == 409 && alone.code == "downstream_has_begun")
            let all = try await api.patch(path, #"{"action": "rerun", "downstream": true, \#(annAndWhy)}"#)
            #expect(all.status == 200)
            for _ in 1...3 { try await api.settle(worker, try await api.claim(worker), .succeeded) }
            #expect(try await api.state(of: id) == "complete")
            #expect(try await api.get(path).json["attempts"]?.arrayValue?.count == 2)
        }
    }

    @Test(arguments: [
        (#""action": "reset""#, "invalid_action", "/action"), (#""by": "ann""#, "missing_member", "/action"),
        (#""action": "rerun", "result": 1, \#(annAndWhy)"#, "invalid_member", "/result"),
        (#""action": "resolve_manually", "downstream": true, \#(annAndWhy)"#, "invalid_member", "/downstream"),
        (#""action": "rerun", "downstream": "yes", \#(annAndWhy)"#, "invalid_member", "/downstream"),
        (#""action": "rerun", "by": "ann""#, "missing_member", "/reason"),
        (#""action": "rerun", "reason": "why""#, "missing_member", "/by"),
        (#""action": "rerun", "force": true, \#(annAndWhy)"#, "unknown_member", "/force"),
    ])
    func `a request that is wrong is refused`(members: String, code: String, pointer: String) async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let answer = try await api.patch("/v1/tasks/\(try await api.submit())/steps/s1", "{\(members)}")
            #expect(answer.status == 400)
            #expect(try answer.code == code && answer.json["pointer"]?.stringValue == pointer, "\(answer.text)")
        }
    }
}
