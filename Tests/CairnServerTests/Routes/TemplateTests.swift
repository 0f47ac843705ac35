import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird
import Postgres
import Testing

@Suite struct TemplateTests {
    @Test func `registering is idempotent, and a version is immutable`() async throws {
        try await API.test { (api) async throws in
            let first = try await api.register()
            #expect(first.status == 201)
            #expect(first.headers[.location] == "/v1/templates/t/chain/1.0.0")
            #expect(try await api.register().status == 200)
            let other = try await api.register(steps: 3)
            #expect(other.status == 409)
            #expect(try other.code == "version_immutable")
            #expect(try await api.get("/v1/templates/t/chain").json["steps"]?.arrayValue?.count == 2)
            #expect(try await api.get("/v1/templates/t/chain/1.0.0").json["definition"]?["name"] == "chain")
            #expect(try await api.get("/v1/templates?namespace=t").json["templates"]?.arrayValue?.count == 1)
            #expect(try await api.get("/v1/templates/t/none").code == "template_not_found")
            #expect(try await api.get("/v1/templates/t/chain/2.0.0").code == "template_not_found")
            #expect(try await api.get("/v1/templates/t/%00").status == 400)
        }
    }

    @Test(arguments: [
        (#""input_schema": {"properties": {"x": {"pattern": "("}}}"#, "\"$.context.x\"", "/input_schema", "expression"),
        (#""input_schema": {"properties": {"x": {"pattern": "(a+)\\1"}}}"#, "1", "/input_schema", "refers back"),
        (#""description": "x""#, "\"$.context.x[\"", "/steps/0/input", "SQL/JSON path"),
        (#""description": "x""#, "\"$.context.**.x.**\"", "/steps/0/input", "more than one **"),
        (
            #""description": "x""#, "\"$.context\(String(repeating: ".abs()", count: 200))\"", "/steps/0/input",
            "the limit is 1000"
        ),
    ])
    func `what PostgreSQL has to read is read at registration`(
        extra: String, input: String, pointer: String, words: String
    ) async throws {
        try await API.test { (api) async throws in
            let text = """
                {"namespace": "t", "name": "bad", "version": "1.0.0", \(extra),
                 "steps": [{"name": "a", "handler": "cairn.echo", "input": \(input)}]}
                """
            for path in ["/v1/templates", "/v1/templates/validate"] {
                let answer = try await api.post(path, text)
                let error = try #require(try answer.json["errors"]?.arrayValue?.first, "\(answer.text)")
                #expect(error["pointer"]?.stringValue == pointer)
                #expect(error["message"]?.stringValue?.contains(words) == true, "\(error.text)")
            }
        }
    }

    @Test func `all errors come at once, with their places`() async throws {
        try await API.test { (api) async throws in
            let bad = """
                {"namespace": "t", "name": "bad", "version": "1.0.0", "colour": 1,
                 "steps": [{"name": "a", "handler": "cairn.echo", "depends_on": ["b"]},
                           {"name": "b", "handler": "cairn.echo", "depends_on": ["a"]}]}
                """
            let answer = try await api.post("/v1/templates", bad)
            #expect(answer.status == 400)
            #expect(try answer.code == "invalid_template")
            let errors = try #require(try answer.json["errors"]?.arrayValue)
            let codes = errors.map { $0["code"] }
            #expect(codes.contains("unknown_key"))
            #expect(codes.contains("dependency_cycle"))
            let lines = errors.map { $0["line"]?.intValue }
            #expect(!lines.contains(nil))
            #expect(try await api.get("/v1/templates").json["templates"] == [])
        }
    }

    @Test func `PostgreSQL's word on paths has a place too`() async throws {
        try await API.test { (api) async throws in
            let bad = """
                {"namespace": "t", "name": "bad", "version": "1.0.0", "steps": [
                  {"name": "a", "handler": "cairn.echo", "input": {"x/y": "$.context ? (@ >"}}]}
                """
            for path in ["/v1/templates", "/v1/templates/validate"] {
                let errors = try await api.post(path, bad).json["errors"]
                #expect(errors?.arrayValue?.first?["line"]?.intValue == 2, "\(String(describing: errors))")
                #expect(errors?[0]?["pointer"] == "/steps/0/input/x~1y")
            }
        }
    }

    @Test func `validate registers nothing, and warns of handlers that nobody has`() async throws {
        try await API.test { (api) async throws in
            let answer = try await api.post("/v1/templates/validate", chainTemplate())
            #expect(try answer.json["valid"] == true)
            #expect(try answer.json["warnings"]?.arrayValue?.last?["code"] == "no_live_worker")
            #expect(try await api.get("/v1/templates").json["templates"] == [])
            #expect(try await api.post("/v1/templates/validate", "{").json["valid"] == false)
        }
    }

    @Test func `a handler that nobody has is warned of once, where it is first named`() async throws {
        try await API.test { (api) async throws in
            let template = """
                {"namespace": "t", "name": "several", "version": "1.0.0", "description": "d", "steps": [
                  {"name": "a", "handler": "my.own"}, {"name": "b", "handler": "your.own"},
                  {"name": "c", "handler": "my.own", "depends_on": ["a", "b"]}]}
                """
            let warnings = try await api.post("/v1/templates/validate", template).json["warnings"]?.arrayValue ?? []
            let told = warnings.filter { $0["code"] == "no_live_worker" }
            #expect(told.map { $0["pointer"] } == ["/steps/0/handler", "/steps/1/handler"])
            #expect(
                told.map { $0["hint"] } == ["2 steps wait until one is started", "the step waits until one is started"])
        }
    }

    @Test func `two servers register the same templates at once`() async throws {
        let url = try await API.database()
        let template = try #require(Template.decode(chainTemplate()).template)
        let created = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let pool = PostgresPool(configuration: try PostgresConfiguration(url: url))
                    let registration = try await Store(pool: pool).register(template)
                    await pool.close()
                    return registration.created
                }
            }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(created.filter(\.self).count == 1)
    }
}
