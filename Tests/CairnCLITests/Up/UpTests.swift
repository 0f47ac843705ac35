import CairnModel
import Foundation
import Testing

@testable import cairn

@Suite struct UpTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Whether everything that `up` starts has been built beside it.
    private static var isBuilt: Bool {
        ["cairn-server", "cairn-worker"].allSatisfy { name in
            let path = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path + "/" + name
            return FileManager.default.isExecutableFile(atPath: path)
        }
    }

    private func freePort() throws -> Int {
        let server = try FakeServer { _ in .json("{}") }
        server.stop()
        return server.port
    }

    /// A directory with an empty `Templates/`.
    private func withProject(_ body: (String) async throws -> Void) async throws {
        try await Program.withDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: directory + "/Templates", withIntermediateDirectories: true)
            try await body(directory)
        }
    }

    @Test func aTakenPortIsSaid() async throws {
        let server = try FakeServer { _ in .json("{}") }
        defer { server.stop() }
        try await withProject { directory in
            let outcome = try await Program.run("up", "--port", "\(server.port)", directory: directory)
            #expect(outcome.status == 4)
            #expect(outcome.errorLines.first == "error: port \(server.port) of 127.0.0.1 is taken by another program")
            #expect(outcome.errorLines.last?.contains("--port \(server.port + 1)") == true)
        }
    }

    @Test func aPortThatTheUserMayNotHaveIsNotCalledTaken() {
        let error = Ports.refusal(80, EACCES)
        #expect(error.what == "port 80 of 127.0.0.1 needs a permission that this user does not have")
        #expect(error.whatToDo?.contains("above 1023") == true)
        #expect(Ports.refusal(80, EADDRINUSE).code == "port_taken")
    }

    @Test func theServerAndTheShopCannotShareAPort() async throws {
        try await withProject { directory in
            let outcome = try await Program.run("up", "--port", "8090", directory: directory)
            #expect(outcome.status == 2)
            #expect(outcome.errorLines.first?.contains("--port and --shop-port are both 8090") == true)
        }
    }

    @Test func aSecondOneSaysThatOneRunsAndDoesNotBlameThePort() async throws {
        let server = try FakeServer { _ in .json("{}") }
        defer { server.stop() }
        try await withProject { directory in
            let project = Project(data: directory + "/data", from: directory)
            try FileManager.default.createDirectory(atPath: project.data, withIntermediateDirectories: true)
            let lock = try UpLock.take(project.lock)
            func second() async throws -> Program.Outcome {
                try await Program.run("up", "--data", "data", "--port", "\(server.port)", directory: directory)
            }
            #expect(UpLock.state(at: project.lock) == nil, "there is no database yet")
            #expect(
                try await second().errorLines.first
                    == "error: `cairn up` runs already on this data (process \(getpid()))")
            lock.write(UpLock.State(processID: 42, databaseURL: "postgresql:///there", server: "http://127.0.0.1:1"))
            #expect(UpLock.state(at: project.lock)?.databaseURL == "postgresql:///there")
            let outcome = try await second()
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("`cairn up` runs already on this data (process 42, http://127.0.0.1:1)"))
            lock.release()
            #expect(UpLock.state(at: project.lock) == nil && UpLock.holder(of: project.lock) == nil)
        }
    }

    @Test func aPlaceWithoutTemplatesIsSaid() async throws {
        try await Program.withDirectory { directory in
            let outcome = try await Program.run("up", directory: directory)
            #expect(outcome.status == 2)
            #expect(outcome.errorLines.first?.hasPrefix("error: there is no Templates/ in ") == true)
            #expect(!FileManager.default.fileExists(atPath: directory + "/.cairn"))
        }
    }

    @Test func aFileIsNoPlaceForData() async throws {
        try await withProject { directory in
            try "text".write(toFile: directory + "/README.md", atomically: true, encoding: .utf8)
            let outcome = try await Program.run("up", "--data", "README.md", directory: directory)
            #expect(outcome.status == 2)
            #expect(outcome.errorLines.first == "error: \(directory)/README.md is a file")
            #expect(outcome.errorLines.last?.contains("--data DIR") == true)
        }
    }

    @Test(.enabled(if: isBuilt, "cairn-server and cairn-worker are not built"), .timeLimit(.minutes(3)))
    func theSampleRunsTwiceInARow() async throws {
        let (port, shop) = (try freePort(), try freePort())
        try await Program.withDirectory { directory in
            for run in 1...2 {
                let outcome = try await Program.run(
                    "up", "--exit-after-sample", "--json", "--data", directory + "/data", "--port", "\(port)",
                    "--shop-port",
                    "\(shop)",
                    directory: Self.root)
                #expect(outcome.status == 0, "\(outcome.errors)")
                let json = try JSON.parse(outcome.output)
                #expect(json["sample_state"] == "complete" && json["sample_task_id"]?.intValue == Int64(run))
                let report = try #require(json["report"]?["html"]?.stringValue)
                #expect(FileManager.default.fileExists(atPath: report))
                #expect(outcome.errorLines.last?.hasPrefix("■ PostgreSQL stopped") == true)
                #expect(Ports.isFree(port))
                #expect(UpLock.state(at: directory + "/data/up.lock") == nil)
            }
        }
    }

    @Test(.enabled(if: isBuilt, "cairn-server and cairn-worker are not built"), .timeLimit(.minutes(3)))
    func killedItLeavesNothingRunning() async throws {
        let (port, shop) = (try freePort(), try freePort())
        try await Program.withDirectory { directory in
            let data = directory + "/data"
            async let outcome = Program.run(
                "up", "--no-sample", "--json", "--data", data, "--port", "\(port)", "--shop-port", "\(shop)",
                directory: Self.root)
            let deadline = ContinuousClock.now + .seconds(60)
            while Ports.isFree(port), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(50)) }
            let up = try #require(UpLock.state(at: data + "/up.lock"))
            let url = try #require(
                up.databaseURL.split(separator: "host=").last.flatMap { $0.split(separator: "&").first })
            let socket = String(url).removingPercentEncoding ?? ""
            #expect(FileManager.default.fileExists(atPath: socket + "/.s.PGSQL.5432"))
            kill(up.processID, SIGKILL)
            _ = try await outcome
            let end = ContinuousClock.now + .seconds(20)
            func isGone() -> Bool {
                Ports.isFree(port) && !FileManager.default.fileExists(atPath: socket + "/.s.PGSQL.5432")
            }
            while !isGone(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(50)) }
            #expect(isGone())
            #expect(UpLock.state(at: data + "/up.lock") == nil)
        }
    }
}
