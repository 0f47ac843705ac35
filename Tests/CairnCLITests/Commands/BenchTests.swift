import CairnModel
import Testing

@Suite struct BenchTests {
    @Test("bench works real tasks off on a private PostgreSQL, and counts what each step takes")
    func figures() async throws {
        let outcome = try await Program.run(
            "bench", "--shape", "linear-4", "diamond-4", "--steps", "80", "--idle-tasks", "5", "--rate", "20",
            "--seconds",
            "1", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSON.parse(outcome.output)
        #expect(report["workers"] == 2 && report["runs"] == 1)
        #expect(report["commit_ms_p50"]?.doubleValue ?? 0 > 0)
        #expect(report["floor_steps_per_second"]?.doubleValue ?? 0 > 0)
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

    @Test(
        "bench refuses sizes it cannot run",
        arguments: [["--steps", "0"], ["--workers", "65"], ["--runs", "0"], ["--rate", "0"]])
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
}
