import CairnModel
import CairnStore
import EmbeddedPostgres
import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.serialized) struct ExecutableTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL
    private static let binary = ServerProcess.products.appending(path: "cairn-server")
    private static var templates: [String] { ["--templates", repository.appending(path: "Templates").path] }

    @Test func `the contract's two lines work as they stand`() async throws {
        let database = try await TestCluster.shared.database(named: "exec")
        let server = try ServerProcess(["--database-url", database, "--migrate"] + Self.templates)
        try await ready(server)
        // As each line of a log that both its outputs go to.
        #expect(
            server.greeting.wholeMatch(
                of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z notice cairn-server listening on http:\S+/) != nil,
            "\(server.greeting)")
        let lines = [
            #"""
            curl -X POST http://localhost:8080/v1/tasks -H "Content-Type: application/json" \
              -d '{"template_name": "linear_workflow", "namespace": "example"}'
            """#,
            "curl http://localhost:8080/health",
        ].map { $0.replacing("http://localhost:8080", with: server.url).replacing("curl ", with: "curl -s ") }
        #expect(try JSON.parse(ServerProcess.shell(lines[0]))["template_name"] == "linear_workflow")
        #expect(try JSON.parse(ServerProcess.shell(lines[1]))["status"] == "healthy")
        #expect(try server.curl("-H 'Host: evil.example'", path: "/health").status == 421)
        server.terminate()
        #expect(server.wait() == 0)
    }

    @Test func `it waits for the schema, and says so`() async throws {
        let database = try await TestCluster.shared.database(named: "exec")
        let server = try ServerProcess(["--database-url", database])
        let answer = try server.curl("", path: "/health/ready")
        #expect(answer.status == 503)
        #expect(answer.body.contains("cairn migrate"))
        let pool = PostgresPool(configuration: try PostgresConfiguration(url: database))
        _ = try await Store(pool: pool).migrate()
        await pool.close()
        try await ready(server)
        server.terminate()
        #expect(server.wait() == 0)
    }

    @Test func `SIGTERM loses no submit that was acknowledged`() async throws {
        let database = try await TestCluster.shared.database(named: "exec")
        let server = try ServerProcess(["--database-url", database, "--migrate"] + Self.templates)
        try await ready(server)
        let body = #"{"template_name": "linear_workflow", "namespace": "example"}"#
        let acknowledged = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<6 {
                group.addTask { try await inBackground { try Self.submitUntilRefused(body, to: server.url) } }
            }
            try await Task.sleep(for: .seconds(1))
            server.terminate()
            #expect(server.wait() == 0)
            return try await group.reduce(0, +)
        }
        let pool = PostgresPool(configuration: try PostgresConfiguration(url: database))
        let stored = try await pool.queryFirst("select count(*) from cairn.tasks", as: Int64.self)
        await pool.close()
        #expect(acknowledged > 0)
        #expect(stored == Int64(acknowledged))
    }

    @Test func `a database that restarts gives 503 meanwhile, and then all is well`() async throws {
        let folder = "/tmp/cairn-restart-\(UInt32.random(in: 0 ..< .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try await EmbeddedPostgres(dataDirectory: folder, settings: ["fsync": "off"]).start()
        let server = try ServerProcess(["--database-url", first.url, "--migrate"] + Self.templates)
        try await ready(server)
        await first.stop()
        let away = try server.curl("", path: "/v1/tasks")
        #expect(away.status == 503)
        #expect(away.body.contains("database_unavailable"))
        #expect(away.body.contains("error_id"))
        #expect(try server.curl("", path: "/health/ready").status == 503)
        #expect(try server.curl("", path: "/health/live").status == 200)
        let second = try await EmbeddedPostgres(dataDirectory: folder, settings: ["fsync": "off"]).start()
        try await ready(server)
        #expect(try server.curl("", path: "/v1/tasks").status == 200)
        server.terminate()
        #expect(server.wait() == 0)
        await second.stop()
    }

    @Test func `bad arguments end it at once, with a line what and a line what to do`() throws {
        func run(_ arguments: String...) throws -> (code: Int32, output: String, error: String) {
            try ServerProcess.run(Self.binary, arguments)
        }
        let url = ["--database-url", "postgres://localhost:1/none"]
        #expect(try run("--port", "x").code == 2)
        #expect(try run("--nonsense").code == 2)
        #expect(try run("--help").code == 0)
        #expect(try run("--version").output.contains("."))
        let open = try run("--host", "0.0.0.0", url[0], url[1])
        #expect(open.code == 5)
        #expect(open.error.contains("--allow-unauthenticated"))
        #expect(try run("--templates", "/nowhere", url[0], url[1]).code == 2)
    }

    @Test func `every flag is described`() throws {
        let help = try ServerProcess.run(Self.binary, ["--help"]).output
        let flags = Set(help.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
        #expect(flags.contains("--shutdown-timeout"))
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/cli.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        for flag in flags.subtracting(["--version", "--help"]) {
            #expect(page.contains("| `\(flag)` |"), "\(flag) is missing")
        }
    }

    @Test func `a template file with errors is logged and skipped, and the server serves the others`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cairn-\(UInt32.random(in: 0 ..< .max))")
        try FileManager.default.createDirectory(at: folder.appending(path: "test"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("{\n \"nam\": 1}".utf8).write(to: folder.appending(path: "test/bad.json"))
        try Data(echoTemplate("good", [("a", [])]).utf8).write(to: folder.appending(path: "test/good.json"))
        let database = try await TestCluster.shared.database(named: "exec")
        let server = try ServerProcess(
            ["--database-url", database, "--migrate", "--templates", folder.path], level: "error")
        try await ready(server)
        #expect(try server.curl("", path: "/v1/templates/test/good").status == 200)
        #expect(try server.curl("", path: "/v1/templates/test/bad").status == 404)
        server.terminate()
        #expect(server.wait() == 0)
        #expect(server.log.contains("test/bad.json is skipped: its template is not registered"))
        #expect(server.log.contains("test/bad.json:2:2: error:"))
    }

    @Test func `the log tells what changes something or fails, and not of each look`() async throws {
        let database = try await TestCluster.shared.database(named: "exec")
        let server = try ServerProcess(["--database-url", database, "--migrate"], level: "info")
        try await ready(server)
        #expect(try server.curl("", path: "/v1/workers").status == 200)
        #expect(try server.curl("", path: "/v1/tasks/4711").status == 404)
        let submit = "-H 'Content-Type: application/json' -d '{\"namespace\":\"no\",\"template_name\":\"no\"}'"
        #expect(try server.curl(submit, path: "/v1/tasks").status == 404)
        server.terminate()
        #expect(server.wait() == 0)
        let requests = server.log.split(separator: "\n").filter { $0.contains("status=") }
        #expect(requests.count == 2, "\(server.log)")
        #expect(requests.first?.contains("/v1/tasks/4711") == true && requests.last?.contains("POST") == true)
    }

    @Test func `a port that is taken is said in one line`() async throws {
        let database = try await TestCluster.shared.database(named: "exec")
        let server = try ServerProcess(["--database-url", database, "--migrate"])
        let port = server.url.split(separator: ":").last.map(String.init) ?? ""
        let second = try ServerProcess.run(
            Self.binary, ["--database-url", database, "--port", port, "--log-level", "critical"])
        #expect(second.code == 1)
        #expect(second.error.hasPrefix("error: port \(port) of 127.0.0.1 is in use\n"))
        server.terminate()
        #expect(server.wait() == 0)
    }

    /// Submits tasks one after the other until the server is gone; returns how many it acknowledged.
    private static func submitUntilRefused(_ body: String, to url: String) throws -> Int {
        let output = try ServerProcess.shell(
            """
            while status=$(curl -s -m 20 -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \\
              -d '\(body)' \(url)/v1/tasks); do echo $status; done
            """)
        return output.split(separator: "\n").filter { $0 == "201" }.count
    }

    private func ready(_ server: ServerProcess) async throws {
        for _ in 0..<200 {
            if try server.curl("", path: "/health/ready").status == 200 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the server did not become ready")
    }
}
