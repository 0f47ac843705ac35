import CairnModel
import Foundation
import Testing

@testable import cairn

@Suite struct ExitCodeTests {
    @Test func helpHasALineForEachThatFitsATerminal() async throws {
        let help = try await Program.run("help").output.split(separator: "\n")
        let first = try #require(help.firstIndex(of: "Exit codes:"))
        let lines = help[(first + 1)...].prefix(6)
        #expect(lines.map { $0.prefix(5) } == (0...5).map { "  \($0)  " })
        #expect(help.allSatisfy { $0.count <= 80 })
    }

    @Test(
        arguments: [
            (["tsk"], "error: `cairn` has no command \"tsk\"", "Did you mean `cairn task`?"),
            (["task", "shwo", "1"], "error: `cairn task` has no command \"shwo\"", "Did you mean `cairn task show`?"),
            (["task", "frobnicate"], "error: `cairn task` has no command \"frobnicate\"", nil),
            (["task", "list", "--limt", "3"], "error: unknown option '--limt'", "Did you mean '--limit'?"),
            (["task", "show"], "error: missing expected argument '<id>'", "See `cairn task show --help`"),
            (["task", "show", "x"], "error: the value 'x' is invalid for '<id>'", nil),
            (["task", "show", "0"], "error: a task's number is positive, not 0", nil),
            (["task", "list", "--limit", "501"], "error: --limit must be from 1 to 500, not 501", nil),
            (["task", "list", "--state", "complet"], nil, "Did you mean 'complete'?"),
            (["task", "watch", "1", "--interval", "fast"], nil, nil),
            (
                ["task", "list", "--template", "a/b@1.0.0"], "error: tasks are not listed by version",
                "Write --template a/b"
            ),
            (["task", "list", "--template", "a/b", "--namespace", "c"], "error: a/b is not in namespace c", nil),
            (["task", "list", "--created-after", "yesterday"], nil, "See `cairn task list --help`"),
            (["task", "submit", "example"], "error: \"example\" does not name a template", nil),
            (
                ["task", "submit", "a/b", "--header", "novalue"], "error: --header must be name=value, not \"novalue\"",
                nil
            ),
            (["task", "submit", "a/b", "--run-at", "soon"], nil, nil),
            (["task", "submit", "a/b", "--context", "{\"a\":}"], nil, nil),
            (
                ["task", "submit", "a/b", "--context", "@/no/such.json"],
                "error: /no/such.json cannot be read: there is no such file", nil
            ),
            (["up", "--port", "0"], "error: --port must be from 1 to 65535, not 0", nil),
            (["task", "list", "--server", "localhost"], "error: \"localhost\" is not the address of a server", nil),
        ] as [([String], String?, String?)])
    func badUsageIsTwo(arguments: [String], what: String?, advice: String?) async throws {
        let outcome = try await Program.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.errorLines.first?.hasPrefix("error: ") == true)
        if let what { #expect(outcome.errorLines.first == what) }
        if let advice { #expect(outcome.errorLines.last == advice) }
    }

    @Test(
        arguments: [
            (404, "task_not_found", 3), (409, "duplicate_task", 5), (401, "unauthenticated", 5), (403, "forbidden", 5),
            (400, "bad_request", 2), (422, "invalid_context", 2), (503, "unavailable", 4), (500, "internal", 1),
        ] as [(Int, String, Int32)])
    func refusalsHaveTheirCodes(status: Int, code: String, exit: Int32) async throws {
        let server = try FakeServer { _ in .problem(status, "{\"code\": \"\(code)\", \"detail\": \"so it is\"}") }
        defer { server.stop() }
        let outcome = try await Program.run("task", "show", "1", "--json", environment: ["CAIRN_SERVER": server.url])
        #expect(outcome.status == exit)
        #expect(outcome.errorLines.first == "error: so it is")
        let json = try JSON.parse(outcome.output)
        #expect(json["code"]?.stringValue == code && json["exit_code"]?.intValue == Int64(exit))
    }

    @Test(
        arguments: [
            (#""code": "idempotency_key_required""#, "Give one with --idempotency-key"),
            (
                #""code": "duplicate_task", "existing_task_id": 4, "hint": "send \"on_duplicate\": \"return\"""#,
                "See it with `cairn task show 4`, or get it with --on-duplicate return"
            ),
            (#""code": "invalid_option", "pointer": "/tags""#, "Mend --tag"),
            (#""code": "invalid_option", "pointer": "/run_at""#, "Mend --run-at"),
            (#""code": "version_immutable""#, "Raise the version in the template, and register that"),
            (#""code": "something_new""#, "See `cairn task submit --help`"),
            (#""code": "something_new", "hint": "do that""#, "Do that"),
        ])
    func whatToDoIsSaidInTheWordsOfTheCommandLine(problem: String, advice: String) async throws {
        let server = try FakeServer { _ in .problem(400, #"{"detail": "no", \#(problem)}"#) }
        defer { server.stop() }
        let outcome = try await Program.run("task", "submit", "a/b", "--server", server.url)
        #expect(outcome.errorLines == ["error: no", advice])
    }

    @Test(arguments: [["--help"], ["task", "--help"], ["help", "task", "watch"], ["--version"], []])
    func helpIsNoFailure(arguments: [String]) async throws {
        let outcome = try await Program.run(arguments)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty && !outcome.output.isEmpty)
    }

    @Test("the help of a submit says for how long a dedup key holds when nothing is said of it")
    func dedupWindow() async throws {
        let words = try await Program.run("task", "submit", "--help").output.split(whereSeparator: \.isWhitespace)
        let help = words.joined(separator: " ")
        #expect(help.contains("or a duration (10m); default: forever"), "\(help)")
        #expect(!help.contains("lives"), "a key does not end with its task unless that is asked for")
    }

    @Test func noOptionIsListedTwice() async throws {
        for command in [["task", "submit"], ["task", "list"], ["up"], []] {
            let help = try await Program.run(command + ["--help"]).output
            let options = help.split(separator: "\n").filter { $0.hasPrefix("  -") }
                .compactMap { $0.firstMatch(of: /--[a-z-]+/).map { String($0.output) } }
            #expect(options.count == Set(options).count, "\(command): \(options)")
        }
        #expect(try await Program.run("--version").output == CairnVersion.current + "\n")
    }

    @Test(arguments: [["migrate"], ["psql"], ["migrate", "--status"]])
    func withoutADatabase(arguments: [String]) async throws {
        try await Program.withDirectory { directory in
            let outcome = try await Program.run(arguments, directory: directory)
            #expect(outcome.status == 4)
            #expect(outcome.errorLines.count == 2)
            #expect(outcome.errorLines.last?.contains("cairn up") == true)
        }
    }

    @Test func aDatabaseThatIsNotThere() async throws {
        let outcome = try await Program.run(
            "migrate", "--status", environment: ["DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"])
        #expect(outcome.status == 4)
        #expect(outcome.errors.hasPrefix("error: the database cannot be reached"))
    }

    @Test(
        arguments: [
            ([:], "utf-8"), (["LESSCHARSET": "latin1"], "latin1"), (["LESSCHARDEF": "8bc"], ""),
        ] as [([String: String], String)])
    func thePagerOfPsqlIsToldThatTheTablesAreUTF8(environment: [String: String], charset: String) async throws {
        try await Program.withDirectory { directory in
            let program = directory + "/psql"
            try "#!/bin/sh\nprintf %s \"$LESSCHARSET\"\n".write(toFile: program, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
            var all = environment
            all["PATH"] = "\(directory):/usr/bin:/bin"
            let outcome = try await Program.run("psql", "--database-url", "postgresql:///x", environment: all)
            #expect(outcome.output == charset)
        }
    }

    @Test func versionNeverFails() async throws {
        try await Program.withDirectory { directory in
            let outcome = try await Program.run("version", "--json", directory: directory)
            #expect(outcome.status == 0)
            #expect(try JSON.parse(outcome.output)["version"]?.stringValue == CairnVersion.current)
        }
    }
}
