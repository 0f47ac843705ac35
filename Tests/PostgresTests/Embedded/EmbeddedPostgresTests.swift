import EmbeddedPostgres
import Foundation
import Postgres
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

@Suite struct EmbeddedPostgresTests {
    private func options(_ directory: String) -> EmbeddedPostgres {
        var options = EmbeddedPostgres(dataDirectory: directory, settings: ["fsync": "off"])
        options.isTemporary = true
        return options
    }

    /// A directory of its own for each test, removed after it.
    private func withDirectory(_ name: String = "pg", _ body: (String) async throws -> Void) async throws {
        let parent = "/tmp/cairn-embedded-\(getpid())-\(UInt32.random(in: 0 ..< .max))"
        defer { try? FileManager.default.removeItem(atPath: parent) }
        try await body("\(parent)/\(name)")
    }

    private func answer(_ url: String) async throws -> Int32? {
        let pool = PostgresPool(configuration: try PostgresConfiguration(url: url))
        let rows = try? await pool.query("select 1", as: Int32.self)
        await pool.close()
        return rows?.first
    }

    @Test func `data outlives a stop, and a path may have spaces and be long`() async throws {
        try await withDirectory("with space, comma and " + String(repeating: "length", count: 20)) { path in
            var server = options(path)
            server.isTemporary = false
            let first = try await server.start()
            #expect(first.socketDirectory.utf8.count < 93)
            let pool = PostgresPool(configuration: try PostgresConfiguration(url: first.url))
            try await pool.execute("create table kept (a int8)")
            await pool.close()
            await first.stop()
            equal(try await answer(first.url), nil)

            server.isTemporary = true
            let second = try await server.start()
            let again = PostgresPool(configuration: try PostgresConfiguration(url: second.url))
            equal(try await again.query("select count(*) from kept", as: Int64.self), [0])
            await again.close()
            await second.stop()
            #expect(access(second.dataDirectory, F_OK) != 0)
        }
    }

    @Test func `a directory that is being made when its maker is cancelled is not left behind`() async throws {
        try await withDirectory { path in
            let start = Task { [server = options(path)] in try await server.start() }
            let deadline = ContinuousClock.now + .seconds(60)
            while access(path + ".new/PG_VERSION", F_OK) != 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(1))
            }
            start.cancel()
            await #expect(throws: (any Error).self) { try await start.value }
            #expect(access(path + ".new", F_OK) != 0)
            #expect(access(path, F_OK) != 0)
        }
    }

    @Test func `a server that runs already is used and left alone`() async throws {
        try await withDirectory { path in
            let server = options(path)
            let first = try await server.start()
            let second = try await server.start()
            #expect(second.isAdopted)
            #expect(second.url == first.url)
            await second.stop()
            equal(try await answer(first.url), 1)
            await first.stop()
        }
    }

    @Test func `the file of a server that is gone is no hindrance`() async throws {
        try await withDirectory { path in
            var server = options(path)
            server.isTemporary = false
            let first = try await server.start()
            await first.stop()
            let file = first.dataDirectory + "/postmaster.pid"
            let stale = open(file, O_CREAT | O_WRONLY, 0o600)
            let text = "\(getpid())\n\(first.dataDirectory)\n1\n5432\n/tmp\n\n1 1\nready   \n"
            _ = text.withCString { write(stale, $0, strlen($0)) }
            close(stale)
            server.isTemporary = true
            let second = try await server.start()
            equal(try await answer(second.url), 1)
            await second.stop()
        }
    }

    @Test func `another major version is explained`() async throws {
        try await withDirectory { path in
            var server = options(path)
            server.isTemporary = false
            let first = try await server.start()
            await first.stop()
            let version = open(first.dataDirectory + "/PG_VERSION", O_WRONLY | O_TRUNC)
            write(version, "9\n", 2)
            close(version)
            let error = await #expect(throws: EmbeddedPostgresError.self) { try await server.start() }
            #expect(error?.code == .versionMismatch)
            #expect(error?.description.contains("pg_upgrade") == true)
        }
    }

    @Test func `a directory with something else in it is not touched`() async throws {
        try await withDirectory { path in
            mkdir(String(path.dropLast(3)), 0o755)
            mkdir(path, 0o755)
            mkdir(path + "/precious", 0o755)
            let error = await #expect(throws: EmbeddedPostgresError.self) { try await options(path).start() }
            #expect(error?.code == .directory)
            #expect(access(path + "/precious", F_OK) == 0)
        }
    }

    @Test func `programs that are not there are asked for`() async throws {
        try await withDirectory { path in
            var server = options(path)
            server.binaryDirectory = "/nowhere"
            let error = await #expect(throws: EmbeddedPostgresError.self) { try await server.start() }
            #expect(error?.code == .binariesNotFound)
        }
    }

    @Test func `a wrong setting is reported with the server's words`() async throws {
        try await withDirectory { path in
            var server = options(path)
            server.settings["no_such_setting"] = "1"
            let error = await #expect(throws: EmbeddedPostgresError.self) { try await server.start() }
            #expect(error?.code == .server)
            #expect(error?.what.contains("no_such_setting") == true)
        }
    }
}
