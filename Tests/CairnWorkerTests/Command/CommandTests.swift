import Foundation
import Postgres
import TestSupport
import Testing

/// `cairn-worker` as a process.
@Suite struct CommandTests {
    @Test func `says its version`() async throws {
        let ending = try await WorkerCommand.run(["--version"])
        #expect(ending.status == 0)
        #expect(ending.output.contains("0."))
    }

    @Test(arguments: [
        [], ["--namespace", "a"], ["--namespace", "a", "--database-url", "postgresql:///x", "--concurrency", "0"],
        ["--database-url", "postgresql:///x"], ["--namespace", "a", "--database-url", "no://url"],
        ["--namespace", "a", "--database-url", "postgresql:///x", "--drain-timeout", "soon"], ["--no-such"],
        ["--namespace", "A b", "--database-url", "postgresql:///x"],
    ]) func `bad usage ends with 2 and says why`(_ arguments: [String]) async throws {
        let ending = try await WorkerCommand.run(arguments)
        #expect(ending.status == 2)
        #expect(ending.error.hasPrefix("error: "))
        #expect(ending.error.split(separator: "\n").count == 2)
        #expect(!ending.error.contains("Usage:"))
    }

    @Test func `SIGTERM finishes what runs and leaves`() async throws {
        try await TestDatabase.with { database in
            try await TestServer.with { _ in
                Thread.sleep(forTimeInterval: 0.5)
                return TestServer.answer(200, "1")
            } _: { server in
                let config = #","config":{"url":"\#(server.url("/"))"}"#
                try await database.register(
                    echoTemplate("ask", [("a", [])], stepExtra: config, handler: "cairn.http"))
                let task = try await database.submit("ask")
                let command = try WorkerCommand.start(["--database-url", database.url, "--namespace", "test"])
                _ = try await eventually { server.requests.isEmpty ? nil : true }
                command.process.terminate()
                let ending = await command.end()
                #expect(ending.status == 0)
                #expect(ending.error.contains("namespaces test"))
                #expect(ending.error.contains("cairn.http"))
                let state = try await database.value(
                    "select state::text from cairn.task_core where id = \(task)", as: String.self)
                #expect(state == "complete")
                #expect(try await database.value("select state from cairn.workers", as: String.self) == "stopped")
            }
        }
    }

    @Test func `an operator who drains it from afar ends it with 0`() async throws {
        try await TestDatabase.with { database in
            let command = try WorkerCommand.start(
                ["--database-url", database.url, "--namespace", "test", "--lease", "180s"])
            let worker = try await eventually {
                try await database.value("select id from cairn.workers where idle_since is not null", as: Int64.self)
            }
            try await database.pool.execute("select cairn.drain_worker(\(worker), 'ada', 'new version')")
            let ending = await command.end()
            #expect(ending.status == 0)
            #expect(ending.error.split(separator: "\n").count { $0.contains("an operator asked for it") } == 1)
            #expect(try await database.value("select state from cairn.workers", as: String.self) == "stopped")
        }
    }

    @Test func `a second signal does not wait for handlers`() async throws {
        try await TestDatabase.with { database in
            // Held until the worker has left; that its request has come shows that the handler runs.
            let answers = DispatchSemaphore(value: 0)
            try await TestServer.with { _ in
                answers.wait()
                return TestServer.answer(200, "1")
            } _: { server in
                defer { answers.signal() }
                let config = #","config":{"url":"\#(server.url("/"))"}"#
                try await database.register(
                    echoTemplate("ask", [("a", [])], stepExtra: config, handler: "cairn.http"))
                _ = try await database.submit("ask")
                let command = try WorkerCommand.start(["--database-url", database.url, "--namespace", "test"])
                _ = try await eventually { server.requests.isEmpty ? nil : true }
                command.process.interrupt()
                _ = try await eventually {
                    try await database.value(
                        "select true from cairn.workers where state in ('draining', 'stopped')", as: Bool.self)
                }
                command.process.interrupt()
                let ending = await command.end()
                #expect(ending.status == 0)
                let said = ending.error.split(separator: "\n")
                for words in [
                    "stopping; Ctrl-C or SIGTERM again cancels what runs and leaves at once",
                    "stopping: no more claims, 1 steps still run and have until 20",
                    "stopping at once: what runs is cancelled",
                ] { #expect(said.count { $0.contains(words) } == 1, "\(words) in \(ending.error)") }
                #expect(try await database.value("select state from cairn.workers", as: String.self) == "stopped")
            }
        }
    }
}
