import CairnClient
import Foundation
import Testing

@testable import cairn

/// Which server a command talks to.
@Suite struct ServerAddressTests {
    /// A project whose lock is held as by a running `up` that serves there.
    private func withUp(
        server: String, _ body: (String, UpLock) async throws -> Void
    ) async throws {
        try await Program.withDirectory { directory in
            let manager = FileManager.default
            for path in ["Templates", ".cairn", "sub/sub"] {
                try manager.createDirectory(atPath: "\(directory)/\(path)", withIntermediateDirectories: true)
            }
            let lock = try UpLock.take(Project(from: directory).lock)
            lock.write(UpLock.State(processID: getpid(), databaseURL: "postgresql:///there", server: server))
            try await body(directory, lock)
        }
    }

    @Test func theOneOfTheUpThatRunsHereOrAboveIsMeant() async throws {
        let server = try FakeServer { _ in .json(#"{"namespaces": []}"#) }
        defer { server.stop() }
        try await withUp(server: server.url) { directory, lock in
            for place in [directory, directory + "/sub/sub"] {
                let outcome = try await Program.run("namespace", "list", directory: place)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            #expect(server.requests.count == 2)
            withExtendedLifetime(lock) {}
        }
    }

    @Test func anotherDatabaseThanThatOfTheUpThatRunsIsTold() async throws {
        try await withUp(server: "http://127.0.0.1:9") { directory, lock in
            for (url, isTold) in [("postgresql:///there", false), ("postgresql:///elsewhere", true)] {
                let outcome = try await Program.run(
                    "psql", "--version", environment: ["DATABASE_URL": url], directory: directory)
                let note = "note: DATABASE_URL names another database than that of the `cairn up` that runs here"
                #expect(outcome.errors.contains(note) == isTold, "\(outcome.errors)")
            }
            let named = try await Program.run(
                "psql", "--database-url", "postgresql:///third", "--version",
                environment: ["DATABASE_URL": "postgresql:///elsewhere"], directory: directory)
            #expect(!named.errors.contains("note:"), "what an option names is meant")
            withExtendedLifetime(lock) {}
        }
    }

    @Test func whatIsSaidGoesBeforeWhatRuns() async throws {
        let server = try FakeServer { _ in .json(#"{"namespaces": []}"#) }
        defer { server.stop() }
        try await withUp(server: "http://127.0.0.1:9") { directory, lock in
            let named = ["CAIRN_SERVER": server.url]
            let first = try await Program.run("namespace", "list", environment: named, directory: directory)
            #expect(first.status == 0, "\(first.errors)")
            let elsewhere = ["CAIRN_SERVER": "http://127.0.0.1:8"]
            let second = try await Program.run(
                ["namespace", "list", "--server", server.url], environment: elsewhere, directory: directory)
            #expect(second.status == 0, "\(second.errors)")
            withExtendedLifetime(lock) {}
        }
    }

    @Test func anErrorOfConnectionSaysWhichWasTriedAndWhy() async throws {
        try await withUp(server: "http://127.0.0.1:9") { directory, lock in
            func said(_ arguments: [String] = [], _ environment: [String: String] = [:]) async throws -> String? {
                let outcome = try await Program.run(
                    ["task", "cancel", "1", "--reason", "x"] + arguments, environment: environment, directory: directory
                )
                #expect(outcome.status == 4)
                return outcome.errorLines.first
            }
            let data = Project(from: directory).data
            let found = try await said()
            #expect(found == "error: no server answers at http://127.0.0.1:9 (that of the `cairn up` on \(data))")
            let option = try await said(["--server", "http://127.0.0.1:8"])
            #expect(option == "error: no server answers at http://127.0.0.1:8 (as --server says)")
            let variable = try await said([], ["CAIRN_SERVER": "http://127.0.0.1:7"])
            #expect(variable == "error: no server answers at http://127.0.0.1:7 (as CAIRN_SERVER says)")
            withExtendedLifetime(lock) {}
        }
    }

    @Test func whatAnUpLeftBehindThatIsGoneDoesNotCount() async throws {
        try await Program.withDirectory { directory in
            let project = Project(from: directory)
            try FileManager.default.createDirectory(atPath: project.data, withIntermediateDirectories: true)
            let left = #"{"pid": 1, "database_url": "postgresql:///x", "server": "http://127.0.0.1:9"}"#
            try left.write(toFile: project.lock, atomically: true, encoding: .utf8)
            let address = ServerAddress(option: nil, environment: ["CAIRN_SERVER": ""], project: project)
            #expect(address.url == CairnClient.defaultServer)
            #expect(address.reason == "the default, for no `cairn up` runs on \(project.data)")
        }
    }

    @Test func whoeverLooksKeepsNoUpFromStarting() async throws {
        try await Program.withDirectory { directory in
            let path = directory + "/up.lock"
            try await withThrowingTaskGroup(of: Void.self) { group in
                let looks = Counter()
                group.addTask { while looks.next() < 20_000 { _ = UpLock.state(at: path) } }
                while looks.next() < 20_000 { try UpLock.take(path).release() }
            }
        }
    }
}
