import CairnModel
import CairnOrchestrator
import CairnServer
import CairnStore
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Testing

@Suite struct OpenAPITests {
    @Test func `the embedded document is the one in docs`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/openapi.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(openAPIDocument == text)
    }

    @Test func `it describes every route, and no other`() async throws {
        let document = try SchemaChecker().document
        let paths = try #require(document["paths"]?.objectValue)
        let described = paths.flatMap { path in
            (path.value.objectValue?.names ?? []).map { "\($0.uppercased()) \(path.name)" }
        }
        try await API.test { (api) async throws in
            #expect(described.sorted() == api.routes.map { "\($0.method) \($0.path)" }.sorted())
        }
    }

    @Test func `it names every state`() throws {
        let schemas = try SchemaChecker().document["components"]?["schemas"]
        #expect(schemas?["TaskState"]?["enum"]?.arrayValue == TaskState.allCases.map { .string($0.rawValue) })
        let steps = Set(StepState.allCases.map { JSON.string($0.rawValue) })
        #expect(Set(schemas?["StepState"]?["enum"]?.arrayValue ?? []) == steps)
    }

    @Test func `every code of the server, and every one that an action is refused with, is on the page of the API`()
        throws
    {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../")
        func text(_ path: String) throws -> String {
            try String(contentsOf: root.appending(path: path), encoding: .utf8)
        }
        let page = try text("docs/api.md")
        let own = try text("Sources/CairnServer/Problem/ProblemCode+Server.swift")
            .matches(of: /ProblemCode = "([a-z_]+)"/).map { String($0.output.1) }
        let control = try ["steps", "tasks", "bulk"].flatMap { name in
            try text("Migrations/functions/operator_\(name).sql").matches(of: /hint = '([a-z_]+)'/)
                .map { String($0.output.1) }
        }
        #expect(own.contains("group_refused") && control.contains("upstream_excludes"))
        for code in Set(own + control) { #expect(page.contains("`\(code)`"), "\(code) is missing") }
    }

    @Test func `its schemas fit what the server answers`() async throws {
        let checker = try SchemaChecker()
        try await API.test { (api) async throws in
            let registration = try await api.register()
            #expect(try checker.errors(registration.json, as: "TemplateRegistration") == [])
            let id = try await api.submit(#""tags": ["a"], "headers": {"a": "b"}"#)
            let worker = WorkerRegistration(
                name: "w", host: "h", processID: 1, version: "1", namespaces: ["t"], handlers: ["cairn.echo"],
                concurrency: 2)
            _ = try await api.store.registerWorker(worker)
            let answers = [
                ("/v1/tasks/\(id)", "Task"), ("/v1/tasks", "TaskPage"), ("/v1/tasks/\(id)/history", "TaskHistory"),
                ("/v1/tasks/\(id)/results", "TaskResults"), ("/v1/tasks/\(id)/graph?format=json", "Graph"),
                ("/v1/templates", "TemplateList"), ("/v1/templates/t/chain", "TemplateDetail"),
                ("/v1/workers", "WorkerList"), ("/v1/namespaces", "NamespaceList"), ("/health", "Health"),
                ("/health/ready", "Status"), ("/v1/hooks", "HookPage"), ("/v1/nope", "Problem"),
            ]
            for (path, schema) in answers {
                #expect(try await checker.errors(api.get(path).json, as: schema) == [], "\(path)")
            }
            let validation = try await api.post("/v1/templates/validate", chainTemplate()).json
            #expect(checker.errors(validation, as: "TemplateValidation") == [])
            #expect(try await api.get("/openapi.json").json["openapi"] == "3.1.0")
        }
    }

    @Test func `its request schema has the members the server takes`() throws {
        let properties = try SchemaChecker().document["components"]?["schemas"]?["TaskRequest"]?["properties"]?
            .objectValue
        let described = properties?.names ?? []
        #expect(Set(described) == Set(taskRequestMembers))
    }
}
