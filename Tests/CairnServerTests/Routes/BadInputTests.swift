import CairnModel
import CairnOrchestrator
import CairnServer
import HTTPTypes
import Hummingbird
import Postgres
import Testing

@Suite struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let body: String
        let status: Int
        let code: String

        init(_ name: String, _ body: String, _ status: Int, _ code: String) {
            (testDescription, self.body, self.status, self.code) = (name, body, status, code)
        }
    }

    private static func context(_ text: String) -> String { request(#""context": \#(text)"#) }

    private static let cases: [Case] = [
        Case("nothing", "", 400, "invalid_json"),
        Case("U+0000", context(#"{"a": "\u0000"}"#), 400, "invalid_json"),
        Case("NaN", context(#"{"a": NaN}"#), 400, "invalid_json"),
        Case("duplicate keys", context(#"{"a": 1, "a": 2}"#), 400, "invalid_json"),
        Case(
            "nested 100 deep", context(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)), 400,
            "invalid_json"),
        Case("a number for numeric", context(#"{"a": 1e200000}"#), 400, "invalid_json"),
        Case("half a surrogate pair", context(#"{"a": "\ud800"}"#), 400, "invalid_json"),
        Case("something behind", context("{}") + "x", 400, "invalid_json"),
        Case("10 MB", context(#"{"a": ""# + String(repeating: "x", count: 10 << 20) + #""}"#), 413, "body_too_large"),
        Case(
            "context over 1 MiB", context(#"{"a": ""# + String(repeating: "x", count: 1 << 20) + #""}"#), 400,
            "context_too_large"),
        Case("context no object", context("[]"), 400, "invalid_context"),
        Case("an array", "[]", 400, "invalid_member"),
        Case("no namespace", #"{"template_name": "chain"}"#, 400, "missing_member"),
        Case("no template", #"{"namespace": "t"}"#, 400, "missing_member"),
        Case("a number as name", #"{"namespace": 5, "template_name": "chain"}"#, 400, "invalid_member"),
        Case("unknown member", request(#""contxt": {}"#), 400, "unknown_member"),
        Case("callback_url", request(#""callback_url": "ftp://x""#), 400, "invalid_option"),
        Case("callback_url user", request(#""callback_url": "http://me:secret@x""#), 400, "invalid_option"),
        Case("callback_url port", request(#""callback_url": "http://x:0""#), 400, "invalid_option"),
        Case("callback_url type", request(#""callback_url": 1"#), 400, "invalid_option"),
        Case("callback_url inside", request(#""callback_url": "http://10.0.0.1/""#), 400, "callback_refused"),
        Case("dedup_key type", request(#""dedup_key": 1"#), 400, "invalid_option"),
        Case("dedup_key and another", request(#""dedup_key": "a", "idempotency_key": "b""#), 400, "invalid_option"),
        Case("dedup_window", request(#""dedup_key": "a", "dedup_window": "5x""#), 400, "invalid_option"),
        Case("dedup_window alone", request(#""dedup_window": "live""#), 400, "invalid_option"),
        Case("unknown template", request(template: "none"), 404, "template_not_found"),
        Case("unknown version", request(#""version": "9.9.9""#), 404, "template_not_found"),
        Case("priority", request(#""priority": 1.5"#), 400, "invalid_option"),
        Case("huge priority", request(#""priority": 1e30"#), 400, "invalid_option"),
        Case("run_at", request(#""run_at": "2030-02-30T00:00:00Z""#), 400, "invalid_option"),
        Case("tags", request(#""tags": [1]"#), 400, "invalid_option"),
        Case(
            "a long tag", request(#""tags": [""# + String(repeating: "x", count: 5000) + #""]"#), 400, "invalid_option"),
        Case("headers", request(#""headers": {"a": 1}"#), 400, "invalid_option"),
        Case("on_duplicate", request(#""on_duplicate": "merge""#), 400, "invalid_option"),
        Case("empty key", request(#""idempotency_key": """#), 400, "invalid_option"),
        Case("key missing", request(template: "keyed"), 400, "idempotency_key_required"),
        Case("against the schema", request(template: "typed"), 400, "invalid_context"),
    ]

    @Test(arguments: cases)
    func `bad input gets one clear answer, and nothing is stored`(_ bad: Case) async throws {
        try await API.test { (api) async throws in
            try await api.register()
            try await api.register("keyed", extra: #", "identity": "caller_provided""#)
            try await api.register("typed", extra: #", "input_schema": {"type": "object", "required": ["a"]}"#)
            let answer = try await api.post("/v1/tasks", bad.body)
            #expect(answer.status == bad.status)
            #expect(answer.type == "application/problem+json")
            #expect(try answer.code == bad.code, "\(answer.text)")
            #expect(try SchemaChecker().errors(answer.json, as: "Problem") == [])
            #expect(try await api.count() == 0)
            // A batch may be larger, its items may not.
            let status = bad.status == 413 ? 400 : bad.status
            #expect(try await api.post("/v1/tasks/batch", "[\(bad.body)]").status == status)
            #expect(try await api.count() == 0)
        }
    }

    @Test func `the place of an error in JSON is told`() async throws {
        try await API.test { (api) async throws in
            let json = try await api.post("/v1/tasks", "{\n  \"context\": {\"a\": NaN}}").json
            #expect(json["line"] == 2)
            #expect(json["column"] == 20)
            #expect(json["pointer"] == "/context/a")
        }
    }

    @Test func `an unknown member is answered with the nearest one`() async throws {
        try await API.test { (api) async throws in
            let json = try await api.post("/v1/tasks", request(#""idempotency_kye": "x""#)).json
            #expect(json["hint"] == "did you mean \"idempotency_key\"?")
            #expect(json["pointer"] == "/idempotency_kye")
        }
    }

    @Test func `null members count as absent`() async throws {
        try await API.test { (api) async throws in
            try await api.register()
            let nulls = (["context", "callback_url"] + ["tags", "headers", "priority", "run_at", "version"]).map {
                "\"\($0)\": null"
            }
            let answer = try await api.post("/v1/tasks", request(nulls.joined(separator: ", ")))
            #expect(answer.status == 201, "\(answer.text)")
        }
    }

    @Test(arguments: [nil, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
    func `a body that does not say it is JSON is refused`(_ type: String?) async throws {
        try await API.test { (api) async throws in
            for path in ["/v1/tasks", "/v1/tasks/batch", "/v1/templates", "/v1/templates/validate"] {
                let status = try await api.send(.post, path, "{}", type: type).status
                #expect(status == 415)
            }
            #expect(try await api.post("/v1/tasks", "{}", type: "Application/JSON; charset=utf-8").status == 400)
        }
    }

    @Test func `unknown paths are 404, wrong methods 405`() async throws {
        try await API.test { (api) async throws in
            #expect(try await api.get("/v1/nope").code == "route_not_found")
            let wrong = try await api.send(.put, "/v1/tasks")
            #expect(wrong.status == 405)
            #expect(wrong.headers[.allow] == "GET, HEAD, POST")
            #expect(try await api.send(.head, "/v1/tasks").status == 200)
            #expect(try await api.send(.post, "/v1/tasks/1/nothing").status == 404)
        }
    }

    @Test func `request ids are echoed when they are sane`() async throws {
        try await API.test { (api) async throws in
            let name = try #require(HTTPField.Name("X-Request-Id"))
            #expect(try await api.send(.get, "/health", headers: [name: "abc-1"]).headers[name] == "abc-1")
            #expect(try await api.send(.get, "/nope", headers: [name: "a b"]).headers[name]?.count == 16)
        }
    }
}
