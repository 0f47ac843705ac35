import CairnModel
import EmbeddedPostgres
import Foundation
import Testing

@testable import cairn

@Suite struct BenchTests {
    @Test("bench works real tasks off on a private PostgreSQL, and counts what each step takes")
    func figures() async throws {
        let outcome = try await Program.run(
            "bench", "--shape", "linear-4", "diamond-4", "--steps", "80", "--idle-tasks", "5", "--rate", "20",
            "--seconds", "1", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSON.parse(outcome.output)
        #expect(report["workers"] == 2 && report["runs"] == 1)
        #expect(report["commit_ms_p50"]?.doubleValue ?? 0 > 0)
        #expect(report["floor_steps_per_second"]?.doubleValue ?? 0 > 0)
        for name in [
            "submits_per_second", "batch_tasks_per_second", "submit_request_ms_p99", "wakeup_ms_p50", "wakeup_ms_p99",
            "idle_transactions_per_second", "bare_step_ms_p50", "commit_rested_ms_p50",
        ] { #expect(report[name]?.doubleValue ?? 0 > 0, "\(name)") }
        // What was not asked for is not there.
        for name in ["scaling_1_to_8", "micro", "soak", "held_snapshot", "aged_steps", "settings"] {
            #expect(report[name] == nil)
        }
        for name in ["linear-4", "diamond-4"] {
            let shape = try #require(report["shapes"]?[name])
            func figure(_ name: String) -> Double { shape[name]?.doubleValue ?? .nan }
            for name in [
                "steps_per_second", "task_ms_p50", "task_ms_p95", "task_ms_p99", "ms_per_step_p50", "worker_rss_mb",
                "server_rss_mb", "wal_bytes_per_step", "open_loop_task_ms_p99", "statements_per_step",
            ] { #expect(figure(name) > 0, "\(name)") }
            // The work of a step does not depend on the machine: rows, and what is sent for many steps at once.
            #expect(figure("rows_written_per_step") < 10)
            #expect(figure("wal_bytes_per_step") < 6000)
            #expect(figure("exchanges_per_step") < 0.5)
            #expect(figure("notifies_per_step") < 0.1)
            // Alone, a chain of four takes a submit, a claim and four settles.
            #expect(figure("idle_commits_per_step") >= 1)
            #expect(figure("idle_notifies_per_step") < 1.1)
        }
    }

    @Test("every shape's tasks complete, the long and the wide alike")
    func shapes() async throws {
        let names = ["dag-7", "tree-8", "fanout-100", "single", "linear-40"]
        let outcome = try await Program.run(
            [
                "bench", "--phase", "shapes", "--steps", "1", "--idle-tasks", "1", "--rate", "5", "--seconds", "1",
                "--json",
            ]
                + names.flatMap { ["--shape", $0] })
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSON.parse(outcome.output)
        for name in names { #expect(report["shapes"]?[name]?["steps_per_second"]?.doubleValue ?? 0 > 0, "\(name)") }
    }

    @Test(
        "bench ages the tables with copies of a task that no check can tell from real ones, then works under a snapshot"
    )
    func agedAndHeld() async throws {
        try await Program.withDirectory { directory in
            let database = try await EmbeddedPostgres(
                dataDirectory: directory + "/data", settings: ["fsync": "off"]
            ).start()
            let outcome = try await Program.run(
                "bench", "--aged", "90", "--hold-snapshot", "--steps", "80", "--database-url", database.url, "--json")
            let counts = try await Program.run(
                "psql", "--database-url", database.url, "-XAtc",
                """
                select (select count(*) from task_core),
                  (select count(*) from broken_tasks(array(select id from task_core))),
                  (select count(*) from task_core t, verify_history(t.id) v),
                  (select count(distinct (s, d, a, h)) from task_core t,
                    lateral (select count(*) from step_core where task_id = t.id) s (s),
                    lateral (select count(*) from task_details where task_id = t.id) d (d),
                    lateral (select count(*) from step_attempts where task_id = t.id) a (a),
                    lateral (select array_agg(to_state order by id) from task_history where task_id = t.id) h (h)
                    where t.id < (select min(id) + 24 from task_core)),
                  (select count(*) - count(distinct id) from step_history),
                  (select string_agg(distinct result::text, ' ') from step_attempts)
                """)
            await database.stop()
            #expect(outcome.status == 0, "\(outcome.errors)")
            let report = try JSON.parse(outcome.output)
            // The last task is made whole.
            #expect(report["aged_steps"] == 92)
            // One task that was copied, 23 copies, and twice 20 tasks that were worked off; the copies like their model,
            // and each step has passed on what it got.
            #expect(counts.output == "64|0|0|1|0|{\"n\": 1}\n", "\(counts.output)\(counts.errors)")
            let held = try #require(report["held_snapshot"])
            #expect(held["ratio"]?.doubleValue ?? 0 > 0)
            // Whatever a snapshot that is gone has kept can be removed.
            #expect(held["dead_rows_after_vacuum"] == 0)
        }
    }

    @Test("bench times the hot paths of Swift without a database")
    func micro() async throws {
        let outcome = try await Program.run("bench", "--phase", "micro", "--json", environment: ["PATH": "/nowhere"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSON.parse(outcome.output)
        let micro = try #require(report["micro"])
        for name in ["claim_decode_ns", "settle_encode_ns", "template_compile_ns", "submit_decode_ns"] {
            #expect(micro[name]?.doubleValue ?? 0 > 0, "\(name)")
        }
        #expect(report["postgres"] == nil && report["shapes"] == nil)
    }

    @Test(
        "a soak gives each minute its own tasks, also those that ended in a later one, and the last minute by the first"
    )
    func soak() throws {
        var soak = BenchSoak(tasksPerSecond: 2)
        soak.add([0: [10, 10]], refused: 0, deadRows: 5, serverMegabytes: 20, workerMegabytes: 10)
        soak.add([0: [400], 1: [20]], refused: 4, deadRows: 7, serverMegabytes: 30, workerMegabytes: 10)
        let minutes = try #require(soak.json["minutes"]?.arrayValue)
        #expect(minutes.map { $0["tasks"] } == [3, 1])
        #expect(minutes.map { $0["refused"] } == [0, 4])
        #expect(minutes[0]["task_ms_p99"] == 400 && minutes[1]["task_ms_p99"] == 20)
        #expect(soak.json["drift"]?["task_ms_p50"] == 2 && soak.json["drift"]?["server_rss_mb"] == 1.5)
    }

    @Test("a reply has ended when its body has, in however many pieces it comes", arguments: [1, 7, 46, 47, 1000])
    func replies(piece: Int) {
        let reply = Array("HTTP/1.1 201 Created\r\ncontent-length: 7\r\nA: b\r\n\r\n{\"a\":1}".utf8)
        var scanner = HTTPReplyScanner()
        for _ in 0..<2 {
            var statuses: [Int] = []
            for start in stride(from: 0, to: reply.count, by: piece) {
                let end = min(reply.count, start + piece)
                if let status = scanner.append(reply[start..<end]) { statuses.append(status) }
                if end < reply.count { #expect(statuses.isEmpty) }
            }
            #expect(statuses == [201])
        }
    }

    @Test(
        "bench refuses sizes it cannot run",
        arguments: [
            ["--steps", "0"], ["--workers", "65"], ["--runs", "0"], ["--rate", "0"], ["--aged", "0"], ["--soak", "0"],
        ])
    func refused(arguments: [String]) async throws {
        let outcome = try await Program.run(["bench"] + arguments)
        #expect(outcome.status == 2)
        #expect(outcome.errorLines.first?.contains("must be from") == true)
    }

    @Test("bench names the shapes there are when it is asked for another")
    func unknownShape() async throws {
        let outcome = try await Program.run(["bench", "--shape", "ring-3"])
        #expect(outcome.status == 2)
        #expect(outcome.errorLines.first?.contains("linear-4, diamond-4") == true)
    }

    @Test("bench names the phases there are when it is asked for another")
    func unknownPhase() async throws {
        let outcome = try await Program.run(["bench", "--phase", "idle", "nope"])
        #expect(outcome.status == 2)
        #expect(
            outcome.errorLines.first
                == "error: there is no phase \"nope\"; there are shapes, submit, wakeup, idle, scaling, micro")
    }

    @Test("bench tells its private PostgreSQL what it is given, and the report says so")
    func settings() async throws {
        let told = try await Program.run(
            "bench", "--phase", "wakeup", "--idle-tasks", "1", "--setting", "commit_siblings=0", "--setting",
            "work_mem=5MB", "--json")
        #expect(told.status == 0, "\(told.errors)")
        #expect(try JSON.parse(told.output)["settings"] == ["commit_siblings": "0", "work_mem": "5MB"])
        let wrong = try await Program.run("bench", "--phase", "wakeup", "--setting", "work_mem=much")
        #expect(wrong.status == 4)
        #expect(wrong.errors.contains(#"invalid value for parameter "work_mem": "much""#), "\(wrong.errors)")
        #expect(wrong.errors.contains("Mend that, and start again; nothing of it has been kept"), "\(wrong.errors)")
    }

    @Test(
        "bench refuses settings that it cannot tell anybody",
        arguments: [
            (["--setting", "work_mem"], "the value 'work_mem' is invalid for '--setting <name=value>'"),
            (["--setting", "=1"], "the value '=1' is invalid for '--setting <name=value>'"),
            (
                ["--setting", "data_directory=/var/lib/postgresql/15/main"],
                "--setting data_directory says where the private PostgreSQL is and how it is reached, which is not to choose"
            ),
            (
                ["--setting", "work_mem=5MB", "--phase", "micro"],
                "--setting work_mem is for a private PostgreSQL, and --phase micro needs none"
            ),
            (
                ["--setting", "work_mem=5MB", "--database-url", "postgres:///x"],
                "--setting work_mem is for a private PostgreSQL, and --database-url names one that has its settings"
            ),
        ])
    func wrongSettings(arguments: [String], message: String) async throws {
        let outcome = try await Program.run(["bench"] + arguments)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
