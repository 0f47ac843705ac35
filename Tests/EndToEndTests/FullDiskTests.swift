import Foundation
import Postgres
import TestSupport
import Testing

/// No room where a worker, a program of a step, a server or a command writes to. `/dev/full` is a disk without room, and
/// `ulimit -f 0` makes every disk one.
@Suite(.serialized, .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
struct FullDiskTests {
    /// A step that runs a script, and one that needs no program.
    private func template(_ script: String) -> String {
        #"""
        {"namespace": "test", "name": "writing", "version": "1.0.0", "steps": [
          {"name": "write", "handler": "cairn.process", "config": {"argv": ["/bin/sh", "-c", "\#(script)"]},
           "retry": {"max_attempts": 2, "backoff": "fixed", "base": "100ms"}, "on_failure": "continue"},
          {"name": "after", "handler": "cairn.echo", "depends_on": ["write"]}]}
        """#
    }

    /// One of the executables, run by a shell that prepares it: `$@` is its command line.
    private func shell(_ script: String, _ name: String, _ arguments: [String]) throws -> Program {
        let path = Program.folder.appending(path: name).path(percentEncoded: false)
        return try Program("/bin/sh", ["-c", script, "sh", path] + arguments)
    }

    private func attempts(_ installation: Installation) async throws -> [String] {
        try await installation.database.pool.query(
            """
            select outcome || ' ' || coalesce(error ->> 'code', '') || ' ' || coalesce(error ->> 'message', '')
            from cairn.step_attempts where step_no = 1 order by attempt
            """, as: String.self)
    }

    /// Runs a worker prepared by `script` beside a server, until the task has ended; then the worker is asked to leave.
    private func run(
        _ step: String, worker script: String = #"exec "$@""#, _ check: (Installation, Program) async throws -> Void
    ) async throws {
        try await Installation.with { installation in
            try await installation.database.register(template(step))
            let server = try installation.server()
            let worker = try shell(
                script, "cairn-worker",
                ["--database-url", installation.database.url, "--namespace", "test", "--allow-process", "/bin/sh"])
            _ = try await installation.database.submit("writing")
            try await eventually("the task ends") {
                if !worker.isRunning { throw NeverHappened(description: "the worker has ended: \(worker.said)") }
                return try await installation.database.value(
                    "select 1 from cairn.tasks where finished_at is not null", as: Int32.self)
            }
            #expect(
                try await installation.database.value("select state::text from cairn.tasks", as: String.self)
                    == "complete", "what needs no disk goes on")
            worker.signal(SIGTERM)
            #expect(try await worker.exitCode() == 0, "\(worker.said)")
            try await check(installation, worker)
            try await server.stop()
        }
    }

    @Test("a program that cannot write says so, and its step fails for good or is tried again, as the program wants it")
    func program() async throws {
        try await run("echo result > /dev/full") { installation, _ in
            let attempts = try await attempts(installation)
            #expect(attempts.count == 1 && attempts[0].hasPrefix("permanent process_exit"), "\(attempts)")
            #expect(attempts[0].contains("rror"), "it says what was wrong: \(attempts)")
        }
        try await run("cat /etc/hostname > /dev/full || exit 75") { installation, _ in
            let attempts = try await attempts(installation)
            #expect(
                attempts.count == 2 && attempts.allSatisfy { $0.hasPrefix("retryable process_exit") }, "\(attempts)")
            #expect(attempts[0].contains("No space left on device"), "\(attempts)")
        }
    }

    @Test("a worker whose log cannot be written works on without it")
    func workersLog() async throws {
        try await run("echo to the log >&2; echo 1", worker: #"exec "$@" 2> /dev/full"#) { installation, worker in
            let attempts = try await attempts(installation)
            #expect(attempts == ["succeeded  "])
            #expect(worker.said == "")
        }
    }

    @Test("a worker without room for a program's input has the step tried again, here or elsewhere, and lives on")
    func workersFiles() async throws {
        // Without the signal a write beyond the limit fails, as on a full disk.
        try await run("echo 1", worker: #"trap '' XFSZ; ulimit -f 0; exec "$@" 2> /dev/full"#) { installation, _ in
            let attempts = try await attempts(installation)
            #expect(attempts.count == 2, "\(attempts)")
            for attempt in attempts {
                #expect(attempt.hasPrefix("retryable process_not_started"), "\(attempt)")
                #expect(attempt.contains("could not be given its input"), "\(attempt)")
            }
        }
    }

    @Test("a server whose log cannot be written serves on without it")
    func server() async throws {
        try await Installation.with { installation in
            try await installation.database.register(template("true"))
            let port = try freePort()
            let server = try shell(
                #"exec "$@" > /dev/full 2>&1"#, "cairn-server",
                ["--database-url", installation.database.url, "--port", "\(port)"])
            try await eventually("the server takes a task") {
                let submit = try Program(
                    "cairn", ["task", "submit", "test", "writing", "--server", "http://127.0.0.1:\(port)"])
                return try await submit.exitCode() == 0 ? () : nil
            }
            server.signal(SIGTERM)
            #expect(try await server.exitCode() == 0)
        }
    }

    @Test("a command whose output cannot be written says so and fails", arguments: [[], ["--json"]])
    func command(_ more: [String]) async throws {
        let cairn = try shell(#"exec "$@" > /dev/full"#, "cairn", ["version"] + more)
        #expect(try await cairn.exitCode() == 1)
        #expect(
            cairn.said == """
                error: standard output cannot be written: No space left on device
                Make room where it goes, or send it elsewhere; then run the command again

                """)
    }
}
