import CairnModel
import CairnOrchestrator
import CairnServer
import CairnStore
import HTTPTypes
import Hummingbird
import Postgres
import Testing

@Suite struct HookTests {
    /// A task with a hook, which has ended.
    private func ended(_ api: API, _ url: String = "https://example.com/") async throws -> Int64 {
        let id = try await api.submit(#""callback_url": \#(JSON.string(url))"#)
        _ = try await api.store.pool.execute("select cairn.cancel_task(\(id), 'ann', 'why')")
        return id
    }

    @Test func `hooks are listed, filtered, and by pages`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            var tasks: [Int64] = []
            for number in 0..<5 { tasks.append(try await ended(api, "https://example.com/\(number)")) }
            let answer = try await api.get("/v1/hooks?task_id=\(tasks[1])")
            let hook = try #require(try answer.json["hooks"]?[0])
            #expect(answer.status == 200)
            #expect(hook["url"] == "https://example.com/1" && hook["task_state"] == "cancelled")
            #expect(hook["state"] == "pending" && hook["attempts"] == 0)
            let page = try await api.get("/v1/hooks?limit=3").json
            #expect(page["hooks"]?.arrayValue?.compactMap { $0["task_id"]?.intValue } == tasks[2...].reversed())
            let next = try #require(page["next"]?.intValue)
            let rest = try await api.get("/v1/hooks?limit=3&after=\(next)").json
            #expect(rest["hooks"]?.arrayValue?.compactMap { $0["task_id"]?.intValue } == tasks[..<2].reversed())
            #expect(rest["next"]?.isNull == true)
            #expect(try await api.get("/v1/hooks?state=dead").json["hooks"]?.arrayValue?.isEmpty == true)
            #expect(try await api.get("/v1/hooks?state=pending").json["hooks"]?.arrayValue?.count == 5)
            for wrong in ["state=done", "limit=0", "limit=501", "task_id=x", "after=0", "url=x"] {
                #expect(try await api.get("/v1/hooks?\(wrong)").code == "invalid_parameter")
            }
            #expect(try SchemaChecker().errors(page, as: "HookPage") == [])
        }
    }

    @Test func `a replay wants to know who and why`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            _ = try await ended(api)
            let hook = try #require(try await api.store.claimHooks(limit: 1).first)
            _ = try await api.store.settleHook(hook, HookOutcome(status: 404, error: "no"))
            let path = "/v1/hooks/\(hook.id)/replay"
            #expect(try await api.post(path, #"{"by": "ann"}"#).code == "missing_member")
            #expect(try await api.post(path, #"{"by": "ann", "reason": 1}"#).code == "invalid_member")
            #expect(try await api.post(path, #"{"by": "", "reason": "x"}"#).code == "invalid_actor")
            #expect(try await api.post(path, #"{"by": "ann", "reason": " "}"#).code == "invalid_reason")
            #expect(try await api.post(path, #"{"by": "ann", "reason": "x", "why": "y"}"#).code == "unknown_member")
            #expect(try await api.get("/v1/hooks?state=dead").json["hooks"]?.arrayValue?.count == 1)
            let answer = try await api.post(path, #"{"by": "ann", "reason": "mended"}"#)
            #expect(answer.status == 200)
            #expect(try answer.json["state"] == "pending")
            #expect(try SchemaChecker().errors(answer.json, as: "Hook") == [])
            let unknown = try await api.post("/v1/hooks/4711/replay", #"{"by": "ann", "reason": "mended"}"#)
            #expect(unknown.status == 404)
            #expect(try unknown.code == "hook_not_found")
        }
    }

    @Test func `a literal address inside is refused at the submit, unless it is allowed`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            for url in [
                "http://127.0.0.1:8080/", "http://[::1]/", "https://169.254.169.254/", "http://[::ffff:10.0.0.1]/",
            ] {
                let answer = try await api.post("/v1/tasks", request(#""callback_url": "\#(url)""#))
                #expect(answer.status == 400)
                let problem = try answer.json
                #expect(problem["code"] == "callback_refused" && problem["pointer"] == "/callback_url")
                #expect(problem["hint"]?.stringValue?.contains("--allow-callback-to") == true)
            }
            let batch = try await api.post(
                "/v1/tasks/batch?partial=true",
                "[\(request(#""callback_url": "http://10.0.0.1/""#)), \(request(#""callback_url": "http://8.8.8.8/""#))]"
            )
            #expect(try batch.json.arrayValue?.map { $0["status"]?.intValue } == [400, 201])
            #expect(try await api.count() == 1)
        }
        var options = ServerOptions()
        options.callbacks = try CallbackRules(allowing: ["10.0.0.0/8"])
        try await API.test(options: options) { (api) async throws in
            try await api.register()
            _ = try await api.submit(#""callback_url": "http://10.0.0.1/""#)
            let other = try await api.post("/v1/tasks", request(#""callback_url": "http://192.168.0.1/""#))
            #expect(try other.code == "callback_refused")
        }
    }

    @Test func `a dedup key holds while its task lives`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let members = #""dedup_key": "report", "dedup_window": "live", "on_duplicate": "return""#
            let first = try await api.submit(members)
            #expect(try await api.submit(members) == first)
            _ = try await api.store.pool.execute("select cairn.cancel_task(\(first), 'ann', 'why')")
            let second = try await api.submit(members)
            #expect(second != first)
            let refused = try await api.post("/v1/tasks", request(#""dedup_key": "report", "dedup_window": "1h""#))
            #expect(refused.status == 409)
            #expect(try refused.json["existing_task_id"]?.intValue == second)
        }
    }
}
