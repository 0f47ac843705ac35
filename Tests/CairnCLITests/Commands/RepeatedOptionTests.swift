import CairnModel
import Foundation
import Testing

/// An option with one value that is given twice: the parser would take the last and forget the first.
@Suite struct RepeatedOptionTests {
    private func asked(_ arguments: [String]) async throws -> (requests: [FakeServer.Request], Program.Outcome) {
        let server = try FakeServer { _ in .json(#"{"tasks": [], "next": null}"#) }
        defer { server.stop() }
        // Where there are no templates, nothing that is not refused can start anything.
        return try await Program.withDirectory { directory in
            let outcome = try await Program.run(
                arguments, environment: ["USER": "ann", "CAIRN_SERVER": server.url], directory: directory)
            return (server.requests, outcome)
        }
    }

    @Test(
        "an option with one value that is given twice is refused before anything is done",
        arguments: [
            (["task", "cancel", "--tag", "urgent", "--tag", "eu", "--reason", "x", "--yes"], "--tag"),
            (["task", "cancel", "--tag=urgent", "--reason", "x", "--tag", "eu", "--yes"], "--tag"),
            (["task", "list", "--state=error", "--state=error"], "--state"),
            (["task", "submit", "a/b", "--priority", "1", "--tag", "x", "--priority=1"], "--priority"),
            (["task", "list", "--server", "http://127.0.0.1:1", "--server", "http://127.0.0.1:2"], "--server"),
            (["retention", "--reason", "why", "--keep-tasks", "1d", "--keep-tasks", "2d", "--yes"], "--keep-tasks"),
            (["up", "--port", "8081", "--port", "8082"], "--port"),
            (["psql", "--database-url", "x", "-c", "select 1", "--database-url", "y"], "--database-url"),
        ] as [([String], String)])
    func refused(arguments: [String], option: String) async throws {
        let (requests, outcome) = try await asked(arguments)
        #expect(outcome.status == 2)
        #expect(requests.isEmpty)
        #expect(outcome.errorLines.first == "error: \(option) is given twice")
        #expect(outcome.errorLines.last == "Give it once")
    }

    @Test("an option that takes many values may be given as often as one likes")
    func repeatable() async throws {
        let (requests, _) = try await asked(
            ["task", "submit", "a/b", "--tag", "x", "--tag=y", "--header", "a=1", "--header", "b=2"])
        let body = try JSON.parse(try #require(requests.first).body)
        #expect(body["tags"] == ["x", "y"] && body["headers"] == ["a": "1", "b": "2"])
    }

    @Test(
        "a value that looks like an option is none, nor is what stands behind --",
        arguments: [
            ["task", "cancel", "--tag", "tag", "--reason=--tag", "--correlation-id=--tag=x"],
            ["task", "cancel", "--tag", "--", "--reason"],
        ])
    func values(arguments: [String]) async throws {
        let outcome = try await asked(arguments).1
        #expect(!outcome.errors.contains("twice"), "\(outcome.errors)")
    }

    @Test("what psql is given goes to psql, however often")
    func passedOn() async throws {
        try await Program.withDirectory { directory in
            let program = directory + "/psql"
            try "#!/bin/sh\necho \"$@\"\n".write(toFile: program, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
            let outcome = try await Program.run(
                "psql", "--database-url", "postgresql:///x", "-v", "a=1", "-v", "b=2", "--", "--data", "--data",
                environment: ["PATH": "\(directory):/usr/bin:/bin"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("-v a=1 -v b=2"))
        }
    }

    @Test("who asks for help gets it, whatever else is wrong")
    func help() async throws {
        let outcome = try await asked(["task", "cancel", "--tag", "a", "--tag", "b", "--help"]).1
        #expect(outcome.status == 0 && outcome.output.contains("USAGE: "))
    }
}
