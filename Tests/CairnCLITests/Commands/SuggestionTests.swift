import CairnModel
import Foundation
import Testing

/// What the command line says of names that are none, and of what a submit is refused for.
@Suite struct SuggestionTests {
    private func server() throws -> FakeServer {
        try FakeServer { request in
            switch (request.method, request.path) {
            case ("GET", "/v1/namespaces"):
                .json(#"{"namespaces": [{"name": "commerce", "templates": 1, "live_workers": 1}]}"#)
            case ("GET", "/v1/templates"):
                .json(
                    #"{"templates": [{"namespace": "commerce", "name": "order", "version": "1.0.0", "steps": 1}]}"#)
            case ("GET", "/v1/templates?namespace=comerce"): .json(#"{"templates": []}"#)
            case ("GET", let path) where path.hasPrefix("/v1/tasks"): .json(#"{"tasks": [], "next": null}"#)
            case ("GET", let path) where path.hasPrefix("/v1/dlq"): .json(#"{"dead_letters": [], "next": null}"#)
            case ("POST", let path) where path.hasPrefix("/v1/namespaces"):
                .problem(404, #"{"code": "namespace_not_found", "detail": "there is no such namespace"}"#)
            default: .problem(404, #"{"code": "template_not_found", "detail": "there is no such template"}"#)
            }
        }
    }

    @Test(
        arguments: [
            (["task", "submit", "comerce", "order"], "Did you mean commerce/order?"),
            (["task", "submit", "commerce", "ordr"], "Did you mean commerce/order?"),
            (["task", "submit", "commerce", "quite-another"], "`cairn template list` lists the templates"),
            (["template", "show", "comerce/order"], "Did you mean commerce/order?"),
            (["template", "graph", "comerce/order"], "Did you mean commerce/order?"),
            (["namespace", "pause", "comerce", "--reason", "x"], "Did you mean commerce?"),
            (["namespace", "resume", "other", "--reason", "x"], "`cairn namespace list` lists the namespaces"),
        ])
    func theNearestNameIsProposed(arguments: [String], advice: String) async throws {
        let server = try server()
        defer { server.stop() }
        let outcome = try await Program.run(arguments + ["--server", server.url])
        #expect(outcome.status == 3)
        #expect(outcome.errorLines.last == advice)
    }

    @Test(arguments: [["task", "list"], ["template", "list"], ["dlq", "list"]])
    func anEmptyListOfANamespaceThatIsNoneSaysSo(command: [String]) async throws {
        let server = try server()
        defer { server.stop() }
        let outcome = try await Program.run(command + ["--namespace", "comerce", "--server", server.url])
        #expect(outcome.status == 0)
        #expect(outcome.errorLines == ["There is no namespace comerce. Did you mean commerce?"])
    }

    @Test func whatIsWrongWithAContextIsSaidOnce() async throws {
        let server = try FakeServer { _ in
            .problem(
                422,
                """
                {"code": "invalid_context", "detail": "context does not satisfy x: /context must have a",
                 "errors": [{"pointer": "/context", "message": "must have a"}, {"pointer": "/context/b", "message": "is no b"}]}
                """)
        }
        defer { server.stop() }
        let outcome = try await Program.run("task", "submit", "a/b", "--server", server.url)
        #expect(
            outcome.errorLines.prefix(3) == [
                "error: context does not satisfy x", "  error: must have a (at /context)",
                "  error: is no b (at /context/b)",
            ])
    }
}
