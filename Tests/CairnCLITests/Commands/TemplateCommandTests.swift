import CairnModel
import Foundation
import Testing

@testable import cairn

@Suite struct TemplateCommandTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private let bad = """
        {"namespace": "a", "name": "b", "version": "1.0.0",
         "steps": [{"name": "x", "handler": "cairn.echo", "depends_on": ["y"]},
                   {"name": "x", "handler": "cairn.echo", "timeot": "3s"}]}
        """

    @Test func theTemplatesOfThisProjectAreGood() async throws {
        let outcome = try await Program.run("template", "validate", "\(root)/Templates")
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.output.contains("example/linear_workflow 1.0.0, 4 steps"))
    }

    @Test func allErrorsAtOnceWithTheirPlaces() async throws {
        try await Program.withDirectory { directory in
            try bad.write(toFile: directory + "/bad.json", atomically: true, encoding: .utf8)
            let outcome = try await Program.run("template", "validate", "bad.json", directory: directory)
            #expect(outcome.status == 2)
            let issues = outcome.errorLines.filter { $0.hasPrefix("bad.json:") }
            #expect(issues.count >= 3)
            #expect(issues.allSatisfy { $0.wholeMatch(of: #/bad\.json:\d+:\d+: (error|warning): .*/#) != nil })
            #expect(issues.contains { $0.contains("timeot") && $0.contains("timeout") })
            #expect(outcome.errorLines.suffix(2).first == "error: 1 of 1 template cannot be used")

            let json = try await Program.run("template", "validate", "bad.json", "--json", directory: directory)
            #expect(json.status == 2)
            let document = try JSON.parse(json.output)
            #expect(document["valid"] == false)
            #expect(document["files"]?[0]?["issues"]?.arrayValue?.count == issues.count)
        }
    }

    @Test func whatIsNoFile() async throws {
        try await Program.withDirectory { directory in
            let missing = try await Program.run("template", "validate", "none.json", directory: directory)
            #expect(missing.status == 2)
            #expect(missing.errorLines.first == "error: none.json cannot be read: there is no such file")
            let empty = try await Program.run("template", "validate", ".", directory: directory)
            #expect(empty.status == 2)
        }
    }

    @Test func aFileThatIsFarTooLargeIsRefusedWithoutReadingIt() async throws {
        try await Program.withDirectory { directory in
            let path = directory + "/large.json"
            try Data("{".utf8).write(to: URL(fileURLWithPath: path))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            // A terabyte, none of it on the disk: whoever reads it whole does not get to the message.
            try file.truncate(atOffset: 1 << 40)
            try file.close()
            let outcome = try await Program.run("template", "validate", "large.json", directory: directory)
            #expect(outcome.status == 2)
            #expect(
                outcome.errorLines.first?.hasPrefix(
                    "large.json:1:1: error: the document has more than 4194304 bytes") == true)
            let context = try await Program.run("task", "submit", "a/b", "--context", "@\(path)")
            #expect(context.status == 2)
            #expect(context.errors.contains("the document has more than 16777216 bytes"))
        }
    }

    @Test(.enabled(if: geteuid() != 0, "nothing is closed to root"))
    func aClosedDirectoryIsNotAnEmptyOne() async throws {
        try await Program.withDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory + "/t/closed", withIntermediateDirectories: true)
            chmod(directory + "/t/closed", 0)
            defer { chmod(directory + "/t/closed", 0o700) }
            let outcome = try await Program.run("template", "validate", "t", directory: directory)
            #expect(outcome.status == 2)
            #expect(outcome.errorLines == ["error: the directory t/closed cannot be read", "Check who may read it"])
        }
    }

    @Test func theServerIsAskedToo() async throws {
        let server = try FakeServer { _ in
            .json(
                #"{"valid": true, "warnings": [{"severity": "warning", "code": "unknown_handler", "message": "no live worker has x"}]}"#
            )
        }
        defer { server.stop() }
        let file = "\(root)/Templates/example/linear_workflow.json"
        let outcome = try await Program.run("template", "validate", file, "--server", server.url)
        #expect(outcome.status == 0)
        #expect(outcome.errorLines == ["\(file): warning: no live worker has x"])
    }

    private let warned = """
        {"namespace": "a", "name": "b", "version": "1.0.0",
         "steps": [{"name": "x", "handler": "h", "retry": {"max_attempts": 1, "base": "1s"}}]}
        """

    /// The server's word on the template above: the warning that was found here as well, and one of its own.
    private let warnings = """
        [{"severity": "warning", "code": "no_effect", "line": 2, "column": 71, "pointer": "/steps/0/retry/base",
          "message": "\\"base\\" changes nothing, because max_attempts is 1", "hint": "remove one of the two"},
         {"severity": "warning", "code": "no_live_worker", "line": 2, "column": 37, "pointer": "/steps/0/handler",
          "message": "no live worker has h", "hint": null}]
        """

    @Test(arguments: ["validate", "register"])
    func whatTheServerFindsAsWellIsSaidOnceAndWithTheFile(command: String) async throws {
        let answer = #"{"valid": true, "namespace": "a", "name": "b", "version": "1.0.0", "warnings": \#(warnings)}"#
        let server = try FakeServer { _ in .json(answer) }
        defer { server.stop() }
        try await Program.withDirectory { directory in
            try warned.write(toFile: directory + "/t.json", atomically: true, encoding: .utf8)
            let outcome = try await Program.run(
                "template", command, "t.json", "--server", server.url, directory: directory)
            #expect(outcome.status == 0)
            #expect(
                outcome.errorLines == [
                    "t.json:2:71: warning: \"base\" changes nothing, because max_attempts is 1; "
                        + "remove one of the two (at /steps/0/retry/base)",
                    "t.json:2:37: warning: no live worker has h (at /steps/0/handler)",
                ])
        }
    }

    @Test func whatOnlyTheServerRefusesIsSaidOnceAndWithTheFile() async throws {
        let server = try FakeServer { _ in
            .problem(
                400,
                #"{"code": "invalid_template", "detail": "line 1, column 2: no path", "hint": "ask it","#
                    + #" "errors": [{"code": "invalid_path", "line": 1, "column": 2, "message": "no path"}]}"#)
        }
        defer { server.stop() }
        try await Program.withDirectory { directory in
            try warned.write(toFile: directory + "/t.json", atomically: true, encoding: .utf8)
            let outcome = try await Program.run(
                "template", "register", "t.json", "--server", server.url, directory: directory)
            #expect(outcome.status == 2)
            #expect(
                outcome.errorLines == [
                    "error: t.json cannot be registered", "  t.json:1:2: error: no path",
                    "Mend it; docs/template-reference.md says what a template may hold",
                ])
        }
    }

    @Test func nothingIsRegisteredWhenOneIsWrong() async throws {
        let server = try FakeServer { _ in .json("{}") }
        defer { server.stop() }
        try await Program.withDirectory { directory in
            try bad.write(toFile: directory + "/bad.json", atomically: true, encoding: .utf8)
            let good = "\(root)/Templates/example/linear_workflow.json"
            let outcome = try await Program.run(
                "template", "register", good, "bad.json", "--server", server.url, directory: directory)
            #expect(outcome.status == 2)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func registering() async throws {
        let server = try FakeServer { request in .json(request.body, status: 201) }
        defer { server.stop() }
        let outcome = try await Program.run("template", "register", "\(root)/Templates/example", "--server", server.url)
        #expect(outcome.status == 0)
        #expect(server.requests.count == 4)
        #expect(outcome.output.split(separator: "\n").count == 4)
    }

    @Test func aGraphOfAFile() async throws {
        let file = "\(root)/Templates/example/diamond_workflow.json"
        let outcome = try await Program.run("template", "graph", file, "--format", "terminal")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("│ left_branch │"))
    }

    @Test(arguments: [("a/b", "a", "b", nil), ("a/b@1.2.0", "a", "b", "1.2.0")] as [(String, String, String, String?)])
    func names(text: String, namespace: String, name: String, version: String?) throws {
        let found = try TemplateName(text)
        #expect(found.namespace == namespace && found.name == name && found.version == version)
    }

    @Test(arguments: ["a", "a/", "/b", "a/b/c", "a/b@", ""])
    func whatIsNoName(text: String) { #expect(throws: CommandError.self) { try TemplateName(text) } }
}
