import CairnModel
import Foundation
import Postgres
import TestSupport
import Testing

/// A server while somebody has a task locked: a session of psql that was left open, say.
@Suite struct LockedTaskTests {
    /// Sends 40 cancels of a task at a time, again and again until there is a file of that name. Returns all answers.
    private static func cancel(_ task: Int64, of server: ServerProcess, until stop: URL) throws -> [String] {
        let body = "-H 'Content-Type: application/json' -d '{\"reason\": \"not wanted\"}'"
        let output = try ServerProcess.shell(
            """
            for i in $(seq 40); do
              (until [ -e '\(stop.path)' ]; do
                echo "$(curl -s -m 60 -w ' %{http_code} %header{retry-after}' \(body) '\(server.url)/v1/tasks/\(task)/cancel' | tr -d '\\n')"
              done) &
            done
            """)
        return output.split(separator: "\n").map(String.init)
    }

    @Test func `40 cancels of a locked task are told so each, and keep neither submits nor the sweep from going on`()
        async throws
    {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let locked = try await database.submit("one")
            let server = try ServerProcess(["--database-url", database.url])
            defer { server.kill() }
            let stop = FileManager.default.temporaryDirectory.appending(path: "cairn-stop-\(UUID())")
            defer { try? FileManager.default.removeItem(at: stop) }
            let answers = try await database.pool.withTransaction { session in
                _ = try await session.query(
                    "select id from cairn.task_core where id = \(locked) for update", as: Int64.self)
                async let answers = inBackground { try Self.cancel(locked, of: server, until: stop) }
                do { try await goesOn(server, database) } catch { Issue.record(error) }
                try Data().write(to: stop)
                return try await answers
            }
            #expect(answers.count >= 40)
            for answer in answers {
                #expect(
                    answer.contains("database_busy") && answer.contains("task \(locked) ")
                        && (answer.hasSuffix(" 503 2") || answer.hasSuffix(" 503 5")), "\(answer)")
            }
            #expect(answers.contains { $0.contains("task \(locked) is locked by another session") })
            let cancelled = try server.curl(
                "-X POST -H 'Content-Type: application/json' -d '{\"reason\":\"r\"}'",
                path: "/v1/tasks/\(locked)/cancel")
            #expect(cancelled.status == 200, "\(cancelled.body)")
        }
    }

    /// Submits tasks over HTTP, and waits until the sweep has started one whose time has come.
    private func goesOn(_ server: ServerProcess, _ database: TestDatabase) async throws {
        try await database.somebodyWaits(4)
        let submit = #"-H 'Content-Type: application/json' -d '{"namespace":"test","template_name":"one"}'"#
        for _ in 0..<5 {
            let submitted = try await inBackground { try server.curl(submit, path: "/v1/tasks") }
            #expect(submitted.status == 201, "\(submitted.body)")
        }
        let soon = try await database.value(
            """
            select to_char((now() + interval '300 milliseconds') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            """, as: String.self)
        let due = try await database.submit("one", options: #"{"run_at": "\#(soon ?? "")"}"#)
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let state = try await database.value(
                "select state::text from cairn.tasks where id = \(due)", as: String.self)
            if state == "steps_in_process" { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the sweep did not start a task that was due")
    }
}
