import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Postgres
import Testing

@Suite struct TaskControlTests {
    @Test func `a task of which nothing runs is cancelled at once, and only once`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.submit()
            let answer = try await api.post("/v1/tasks/\(id)/cancel", #"{"reason": "a mistake"}"#)
            #expect(answer.status == 200)
            #expect(try SchemaChecker().errors(answer.json, as: "CancelledTask") == [])
            #expect(try answer.json["outcome"] == "cancelled" && answer.json["state"] == "cancelled")
            #expect(try answer.json["id"]?.intValue == id)
            #expect(try await api.lastAction() == ["cancel_task", "api", "a mistake"])
            let again = try await api.post("/v1/tasks/\(id)/cancel", #"{"reason": "again", "by": "ann"}"#)
            #expect(again.status == 409)
            #expect(try again.code == "task_ended" && again.json["state"] == "cancelled")
        }
    }

    @Test func `while a step runs the task is cancelling, and a second cancel says so`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let id = try await api.submit()
            let running = try await api.claim(worker)
            let answer = try await api.send(
                .delete, "/v1/tasks/\(id)", #"{"reason": "stop", "by": "ann"}"#, type: "application/json")
            #expect(try answer.json["outcome"] == "cancelling" && answer.json["cancelling"] == true)
            #expect(try answer.json["state"] == "steps_in_process")
            let again = try await api.send(.delete, "/v1/tasks/\(id)?reason=stop%20now&by=ben")
            #expect(again.status == 200)
            #expect(try again.json["outcome"] == "already_cancelling")
            #expect(try await api.lastAction() == ["cancel_task", "ann", "stop"], "the first is who did it")
            let retry = try await api.post("/v1/tasks/\(id)/retry", "{\(annAndWhy)}")
            #expect(try retry.status == 409 && retry.code == "task_stopping")
            try await api.settle(worker, running, .succeeded)
            #expect(try await api.state(of: id) == "cancelled")
        }
    }

    @Test func `a retry gives the failed step new attempts, and the task goes on`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let id = try await api.failedTask(worker)
            #expect(try await api.state(of: id) == "error")
            let answer = try await api.post("/v1/tasks/\(id)/retry", "{\(annAndWhy)}")
            #expect(answer.status == 200)
            #expect(try SchemaChecker().errors(answer.json, as: "RetriedTask") == [])
            #expect(try answer.json["retried_steps"] == 1 && answer.json["state"] == "steps_in_process")
            #expect(try await api.lastAction() == ["retry_task", "ann", "the provider is back"])
            let again = try await api.post("/v1/tasks/\(id)/retry", "{\(annAndWhy)}")
            #expect(try again.status == 409 && again.code == "nothing_to_retry")
            for _ in 1...2 { try await api.settle(worker, try await api.claim(worker), .succeeded) }
            #expect(try await api.state(of: id) == "complete")
            let ended = try await api.post("/v1/tasks/\(id)/retry", "{\(annAndWhy)}")
            #expect(try ended.status == 409 && ended.code == "task_ended")
        }
    }

    @Test func `a failed task is resolved, one that runs is not`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let worker = try await api.worker()
            let failed = try await api.failedTask(worker)
            let answer = try await api.post("/v1/tasks/\(failed)/resolve", "{\(annAndWhy)}")
            #expect(answer.status == 200)
            #expect(try SchemaChecker().errors(answer.json, as: "Task") == [])
            #expect(try answer.json["state"] == "resolved_manually")
            #expect(try await api.get("/v1/dlq?open=true").json["dead_letters"] == [])
            let running = try await api.submit()
            let refused = try await api.post("/v1/tasks/\(running)/resolve", "{\(annAndWhy)}")
            #expect(try refused.status == 409 && refused.code == "illegal_transition")
            #expect(try refused.json["state"] == "steps_in_process")
        }
    }

    @Test func `the priority of a task may be changed while it waits`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let (first, second) = (try await api.submit(), try await api.submit())
            let answer = try await api.post("/v1/tasks/\(second)/priority", #"{"priority": 7, \#(annAndWhy)}"#)
            #expect(answer.status == 200)
            #expect(try answer.json["priority"] == 7)
            let claimed = try await api.claim(try await api.worker())
            #expect(claimed.map(\.taskID) == [second, first])
            for wrong in [#""priority": 1001"#, #""priority": "high""#, #""priority": 1.5"#] {
                #expect(try await api.post("/v1/tasks/\(first)/priority", "{\(wrong), \(annAndWhy)}").status == 400)
            }
            #expect(
                try await api.post("/v1/tasks/\(first)/priority", "{\(annAndWhy)}").json["pointer"] == "/priority")
        }
    }

    @Test func `a task and its steps are explained`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.submit()
            let answer = try await api.get("/v1/tasks/\(id)/explain")
            #expect(try SchemaChecker().errors(answer.json, as: "Explanations") == [])
            let reasons = try answer.json["explanations"]?.arrayValue?.map { $0["reason"]?.stringValue }
            #expect(reasons == ["under_way", "no_worker", "dependencies"])
            let one = try await api.get("/v1/tasks/\(id)/explain?step=s2").json["explanations"]
            #expect(one?[0]?["step"] == "s2" && one?.arrayValue?.count == 1)
            #expect(one?[0]?["explanation"]?.stringValue?.hasPrefix("s2 waits for s1") == true)
            let none = try await api.get("/v1/tasks/\(id)/explain?step=s9")
            #expect(try none.status == 404 && none.code == "step_not_found")
            #expect(try await api.get("/v1/tasks/\(id)/explain?stp=s1").code == "invalid_parameter")
        }
    }

    /// The operator's routes of a task, each with what its body needs besides who and why.
    private static let actions = [
        ("cancel", ""), ("retry", ""), ("resolve", ""), ("priority", #""priority": 1, "#),
    ]

    @Test(arguments: actions)
    func `an action needs a task, who, why, and nothing else`(action: String, members: String) async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let path = "/v1/tasks/\(try await api.submit())/\(action)"
            let absent = try await api.post("/v1/tasks/999/\(action)", "{\(members)\(annAndWhy)}")
            #expect(try absent.status == 404 && absent.code == "task_not_found")
            let cases = [
                (#""by": "ann""#, "missing_member", "/reason"),
                (#""by": "ann", "reason": " ""#, "invalid_reason", "/reason"),
                (#""reason": "why", "by": """#, "invalid_actor", "/by"),
                (#""reason": "why", "by": 5"#, "invalid_member", "/by"),
                (#""reason": "why", "by": "ann", "why": "so""#, "unknown_member", "/why"),
            ]
            for (body, code, pointer) in cases {
                let answer = try await api.post(path, "{\(members)\(body)}")
                #expect(answer.status == 400, "\(body)")
                #expect(try answer.code == code && answer.json["pointer"]?.stringValue == pointer, "\(answer.text)")
            }
            if action != "cancel" {
                let answer = try await api.post(path, #"{\#(members)"reason": "why"}"#)
                #expect(try answer.code == "missing_member" && answer.json["pointer"] == "/by")
            }
            #expect(try await api.post(path, "{}", type: "text/plain").status == 415)
            #expect(try await api.post(path, "[]").code == "invalid_member")
        }
    }

    @Test func `DELETE without a body needs its reason in the query`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let id = try await api.submit()
            let answer = try await api.send(.delete, "/v1/tasks/\(id)")
            #expect(try answer.status == 400 && answer.code == "missing_member")
            #expect(try await api.send(.delete, "/v1/tasks/\(id)?reason=x&force=1").code == "invalid_parameter")
            #expect(try await api.send(.delete, "/v1/tasks/999?reason=x").status == 404)
        }
    }

    @Test func `the trail has the address that the request came from`() async throws {
        try await API.test(.live) { (api) async throws in
            try await api.register()
            let id = try await api.submit()
            #expect(try await api.post("/v1/tasks/\(id)/cancel", "{\(annAndWhy)}").status == 200)
            let address = try await api.store.pool.queryFirst(
                "select address from cairn.operator_actions", as: String.self)
            #expect(["127.0.0.1", "::1"].contains(address))
        }
    }
}
