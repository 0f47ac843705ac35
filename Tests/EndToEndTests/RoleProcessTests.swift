import CairnModel
import CairnStore
import EmbeddedPostgres
import Foundation
import Postgres
import TestSupport
import Testing

/// Real processes that log in as members of Cairn's roles, as docs/security.md has it.
@Suite(.serialized) struct RoleProcessTests {
    /// A database with the roles, and a login for a member of each. Logins are the whole cluster's, so each has a name of
    /// its own.
    private struct House {
        static let roles = ["cairn_server", "cairn_worker", "cairn_auditor"]

        let installation: Installation
        private let suffix = UInt32.random(in: 0 ..< .max)

        static func with(_ body: (House) async throws -> Void) async throws {
            try await Installation.with { installation in
                let house = House(installation: installation)
                try await installation.database.store.createRoles()
                for role in roles {
                    try await installation.database.pool.runScript(
                        "create role \(house.member(of: role)) login in role \(role)")
                }
                try await body(house)
                for role in roles {
                    try await installation.database.pool.runScript("drop role \(house.member(of: role))")
                }
            }
        }

        func member(of role: String) -> String { "\(role)_\(suffix)" }

        /// The database, for the member of a role.
        func url(_ role: String) -> String {
            installation.database.url.replacing("user=\(EmbeddedPostgres.user)", with: "user=\(member(of: role))")
        }

        func grant(_ namespace: String) async throws {
            _ = try await installation.database.pool.query(
                "select cairn.grant_namespace(\(member(of: "cairn_worker")), \(namespace), 'ada', 'hired')::text",
                as: String.self)
        }

        func server() async throws -> (program: Program, address: String) {
            let server = try Program(
                "cairn-server",
                ["--database-url", url("cairn_server"), "--port", "0", "--allow-callback-to", "127.0.0.1"])
            return (server, try await installation.address(of: server).absoluteString)
        }

        /// With a lease that no stall of the machine outlasts: it is the first worker, and the only one.
        func worker(_ namespaces: String...) throws -> Program {
            try Program(
                "cairn-worker",
                ["--database-url", url("cairn_worker"), "--lease", "180s"] + namespaces.flatMap { ["--namespace", $0] })
        }
    }

    private static let flaky = """
        {"namespace": "test", "name": "flaky", "version": "1.0.0", "steps": [
          {"name": "first", "handler": "cairn.fail", "config": {"kind": "retryable", "attempts": 1},
           "retry": {"max_attempts": 2, "backoff": "fixed", "base": "100ms"}},
          {"name": "second", "handler": "cairn.echo", "depends_on": ["first"]}]}
        """

    private static let doomed = """
        {"namespace": "test", "name": "doomed", "version": "1.0.0", "steps": [
          {"name": "only", "handler": "cairn.fail", "config": {"kind": "permanent", "attempts": 9}}]}
        """

    @Test("a server and a worker as members of their roles run a task to its end, with its retry and its hook")
    func work() async throws {
        try await House.with { house in
            let database = house.installation.database
            try await database.register(Self.flaky)
            try await house.grant("test")
            let (server, address) = try await house.server()
            let worker = try house.worker("test")
            let run = try Program(
                "cairn",
                [
                    "task", "submit", "test", "flaky", "--wait", "--server", address, "--callback-url",
                    "\(address)/nobody-takes-hooks-here",
                ])
            #expect(try await run.exitCode() == 0, "\(run.said)")
            #expect(run.said.contains("complete  attempt 2"), "a sweep brought the retry: \(run.said)")
            // The receiver refuses it: so it was claimed and posted, and what became of it was written down.
            try await eventually("the hook is tried; the server says: \(server.said)") {
                try await database.value("select 1 from cairn.hooks where last_status = 404", as: Int32.self)
            }
            try await worker.stop()
            try await server.stop()
            #expect(!server.said.contains("error="), "\(server.said)")
            #expect(!worker.said.contains("refuses"), "\(worker.said)")
            #expect(
                try await database.value("select count(*) from cairn.workers where state = 'stopped'", as: Int64.self)
                    == 1)
        }
    }

    @Test("a worker for a namespace that its role was not granted says so and how to grant it, and ends with 5")
    func notGranted() async throws {
        try await House.with { house in
            try await house.grant("test")
            let worker = try house.worker("test", "payroll")
            #expect(try await worker.exitCode() == 5, "\(worker.said)")
            let role = house.member(of: "cairn_worker")
            #expect(
                worker.said.hasSuffix(
                    """
                    error: role \(role) may not work for payroll: it was not granted
                    The owner of the schema grants it: select cairn.grant_namespace('ROLE', 'NAMESPACE', 'WHO', 'WHY')

                    """), "\(worker.said)")
            let workers = try await house.installation.database.value(
                "select count(*) from cairn.workers", as: Int64.self)
            #expect(workers == 0)
        }
    }

    @Test("what operators do goes through a server that is a member of cairn_server, and is signed with its name")
    func operators() async throws {
        try await House.with { house in
            let database = house.installation.database
            try await house.grant("test")
            let (server, address) = try await house.server()
            let worker = try house.worker("test")
            let file = FileManager.default.temporaryDirectory.appending(path: "cairn-\(UUID().uuidString).json")
            defer { try? FileManager.default.removeItem(at: file) }
            try Self.doomed.write(to: file, atomically: true, encoding: .utf8)
            func cairn(_ line: String, code: Int32 = 0) async throws {
                let program = try Program(
                    "cairn", line.split(separator: " ").map(String.init) + ["--server", address],
                    environment: ["USER": "ann"])
                #expect(try await program.exitCode() == code, "cairn \(line): \(program.said) \(server.said)")
            }
            try await cairn("template register \(file.path(percentEncoded: false))")
            for _ in 1...5 { try await cairn("task submit test doomed --wait", code: 1) }
            for line in [
                "task explain 1", "task show 1", "task history 1", "task graph 1", "task list", "template list",
                "template show test/doomed", "step show 1 only", "dlq list", "dlq show 1", "dlq stats", "worker list",
                "namespace list", "hook list", "retention", "namespace pause test --reason lunch",
                "step reset 1 only --reason again", "task retry 2 --reason again", "task priority 2 9 --reason urgent",
                "step resolve 1 only --reason done", "step complete 2 only --result {} --reason done",
                "step rerun 3 only --reason again", "task cancel 3 --reason mistake", "task resolve 4 --reason done",
                "dlq investigate 5 --reason look", "dlq resolve 5 --action give-up --reason no",
                "dlq open 5 --reason look", "namespace resume test --reason back",
                "task retry --namespace test --state error --reason again --yes",
                "retention --keep-tasks 30d --reason disk --yes",
            ] { try await cairn(line) }
            let number = try #require(try await database.value("select id from cairn.workers", as: Int64.self))
            try await cairn("worker drain \(number) --reason leave")
            #expect(try await worker.exitCode() == 0, "\(worker.said)")
            try await server.stop()
            #expect(!server.said.contains("error="), "\(server.said)")
            let trail = try await database.pool.query(
                "select distinct actor || ' by ' || role from cairn.operator_actions where action <> 'grant_namespace'",
                as: String.self)
            #expect(trail == ["ann by \(house.member(of: "cairn_server"))"])
        }
    }

    @Test("an auditor reads the views with psql, but no payload, and changes nothing")
    func auditor() async throws {
        try await House.with { house in
            let database = house.installation.database
            try await database.register(Self.doomed)
            _ = try await database.submit("doomed", context: #"{"card": "4111"}"#)
            let worker = try await database.worker(handlers: ["cairn.fail"])
            let claimed = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed
            let failures = claimed.map {
                Settlement(
                    taskID: $0.taskID, stepNo: $0.stepNo, attempt: $0.attempt, outcome: .permanent,
                    payload: JSONB(#"{"code": "declined", "message": "card 4111 was declined"}"#))
            }
            _ = try await database.store.exchange(ExchangeRequest(workerID: worker, settlements: failures, want: 0))
            func psql(_ sql: String) async throws -> (code: Int32, said: String) {
                let program = try Program(
                    "cairn", ["psql", "--database-url", house.url("cairn_auditor"), "-At", "-c", sql])
                return (try await program.exitCode(), program.said)
            }
            let tasks = try await psql("select id, state, context from tasks")
            #expect(tasks.code == 0 && tasks.said == "1|error|\"not granted\"\n", "\(tasks.said)")
            for view in [
                "steps", "attempts", "task_history", "step_history", "operator_actions", "explain_task(1)",
                "verify_history(1)", "(select id, task_id, reason, status, notes from dead_letters) d",
            ] {
                let read = try await psql("select * from \(view)")
                #expect(read.code == 0 && !read.said.contains("4111"), "\(view): \(read.said)")
            }
            #expect(try await psql("select explanation from explain_task(1)").said.contains("declined"))
            for sql in [
                "select context from task_details", "select message from dead_letters",
                "update namespaces set paused_at = now()",
            ] {
                let refused = try await psql(sql)
                #expect(refused.code == 1 && refused.said.contains("permission denied"), "\(refused.said)")
            }
        }
    }
}
