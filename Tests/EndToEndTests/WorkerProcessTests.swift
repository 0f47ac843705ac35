import CairnClient
import CairnStore
import Foundation
import Postgres
import TestSupport
import Testing

/// Real processes, real signals.
@Suite(.serialized) struct WorkerProcessTests {
    /// A template whose steps append a line to a file: an effect that can be counted from outside. They do so when the
    /// barrier, another file, is not there, or no longer; the file `.seen` beside it says that one waits.
    private func counting(_ file: URL, barrier: URL? = nil) -> String {
        let path = file.path(percentEncoded: false)
        let barrier = barrier?.path(percentEncoded: false) ?? "/nonexistent"
        let script =
            #"test -e '\#(barrier)' && : > '\#(barrier).seen'; while test -e '\#(barrier)'; do sleep 0.02; done; echo \"$CAIRN_TASK_ID.$CAIRN_STEP\" >> '\#(path)'"#
        let steps = [("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["b", "c"])].map { name, dependencies in
            let list = dependencies.map { "\"\($0)\"" }.joined(separator: ",")
            return
                #"{"name":"\#(name)","handler":"cairn.process","depends_on":[\#(list)],"config":{"argv":["/bin/sh","-c","\#(script)"]}}"#
        }
        return #"{"namespace":"test","name":"counting","version":"1.0.0","steps":[\#(steps.joined(separator: ","))]}"#
    }

    private func temporaryFile() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "cairn effects \(UUID().uuidString)")
    }

    /// A file that steps wait for to go away.
    private func barrier() throws -> URL {
        let file = temporaryFile()
        try Data().write(to: file)
        return file
    }

    private func seen(_ barrier: URL) -> URL { URL(filePath: barrier.path(percentEncoded: false) + ".seen") }

    @Test("two servers and four workers on one database: no step is run by two")
    func onceEach() async throws {
        try await Installation.with { installation in
            let effects = temporaryFile()
            defer { try? FileManager.default.removeItem(at: effects) }
            try await installation.database.register(counting(effects))
            let servers = try (0..<2).map { _ in try installation.server() }
            let workers = try (0..<4).map { _ in
                try installation.worker(["--concurrency", "5", "--allow-process", "/bin/sh"])
            }
            let count = 40
            let addresses = [
                try await installation.address(of: servers[0]), try await installation.address(of: servers[1]),
            ]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    let client = CairnClient(baseURL: addresses[number % 2])
                    group.addTask {
                        _ = try await client.submit(Submission(namespace: "test", template: "counting"))
                    }
                }
                try await group.waitForAll()
            }
            try await installation.finished()
            let lines = try String(contentsOf: effects, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == count * 4)
            #expect(Set(lines).count == count * 4)
            let ran = try await installation.database.value(
                "select count(distinct worker_id) from cairn.step_attempts", as: Int64.self)
            #expect(ran ?? 0 > 1, "the work was shared")
            for program in workers + servers {
                program.signal(SIGTERM)
            }
            for program in workers + servers {
                #expect(try await program.exitCode() == 0, "\(program.said)")
            }
        }
    }

    @Test("a worker that is killed in the middle of a step: the step finishes elsewhere, and only there")
    func killed() async throws {
        try await Installation.with { installation in
            let effects = temporaryFile()
            let barrier = try barrier()
            defer { for file in [effects, barrier, seen(barrier)] { try? FileManager.default.removeItem(at: file) } }
            try await installation.database.register(counting(effects, barrier: barrier))
            let server = try installation.server()
            let victim = try installation.worker(["--allow-process", "/bin/sh"])
            let id = try await installation.database.submit("counting")
            try await eventually("the step runs; the worker says: \(victim.said)") {
                FileManager.default.fileExists(atPath: seen(barrier).path(percentEncoded: false)) ? () : nil
            }
            victim.signal(SIGKILL)
            let killed = ContinuousClock.now
            #expect(try await victim.exitCode() == -SIGKILL)
            try FileManager.default.removeItem(at: barrier)
            let successor = try installation.worker(["--allow-process", "/bin/sh"])
            try await eventually("the step finishes elsewhere; \(server.said)") {
                try await installation.database.value(
                    "select 1 from cairn.steps where task_id = \(id) and name = 'a' and state = 'complete'",
                    as: Int32.self)
            }
            print("takeover after kill -9: \(ContinuousClock.now - killed)")
            try await installation.finished()
            #expect(
                try await installation.database.value("select state::text from cairn.tasks where id = \(id)")
                    == "complete")
            let outcomes = try await installation.database.pool.query(
                "select outcome::text from cairn.step_attempts where task_id = \(id) and step_no = 1 order by attempt",
                as: String.self)
            #expect(outcomes == ["lease_lost", "succeeded"])
            try await successor.stop()
            try await server.stop()
        }
    }

    @Test("SIGTERM drains: what runs is finished and settled, nothing is left in progress")
    func drain() async throws {
        try await Installation.with { installation in
            let effects = temporaryFile()
            let barrier = try barrier()
            defer { for file in [effects, barrier, seen(barrier)] { try? FileManager.default.removeItem(at: file) } }
            try await installation.database.register(counting(effects, barrier: barrier))
            let worker = try installation.worker(
                ["--concurrency", "2", "--allow-process", "/bin/sh", "--lease", "180s"])
            _ = try await installation.database.store.submit(
                (0..<6).map { TaskSubmission(namespace: "test", templateName: "counting", group: Int32($0)) })
            // What was claimed and never began would be handed back.
            try await eventually("steps run; the worker says: \(worker.said)") {
                FileManager.default.fileExists(atPath: seen(barrier).path(percentEncoded: false)) ? () : nil
            }
            worker.signal(SIGTERM)
            try await eventually("the worker says so: \(worker.said)") {
                worker.said.contains("stopping: no more claims") ? () : nil
            }
            try FileManager.default.removeItem(at: barrier)
            #expect(try await worker.exitCode() == 0, "\(worker.said)")
            let states = try await installation.database.pool.query(
                "select distinct state::text from cairn.steps order by 1", as: String.self)
            #expect(Set(states).isSubset(of: ["complete", "enqueued", "pending"]), "\(states)")
            #expect(
                try await installation.database.value("select state from cairn.workers", as: String.self) == "stopped")
            let done = try await installation.database.value(
                "select count(*) from cairn.step_attempts where outcome = 'succeeded'", as: Int64.self)
            let effected = try String(contentsOf: effects, encoding: .utf8).split(separator: "\n").count
            #expect(done == Int64(effected) && (1...2).contains(effected), "what ran, and nothing more")
        }
    }

    @Test("cairn psql opens the database so that the tables can be named as they are")
    func psql() async throws {
        try await Installation.with { installation in
            try await installation.database.register(counting(temporaryFile()))
            let id = try await installation.database.submit("counting")
            let psql = try Program(
                "cairn",
                ["psql", "--database-url", installation.database.url, "-At", "-c", "select id, state from tasks"])
            #expect(try await psql.exitCode() == 0)
            #expect(psql.said == "\(id)|steps_in_process\n")
        }
    }
}
