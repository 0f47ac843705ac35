import CairnModel
import Testing

@Suite struct BenchTests {
    @Test("bench works real tasks off on a private PostgreSQL, and tells its figures")
    func figures() async throws {
        let outcome = try await Program.run("bench", "--tasks", "5", "--idle-tasks", "2", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let report = try JSON.parse(outcome.output)
        #expect(report["tasks"] == 5 && report["workers"] == 2)
        let shape = try #require(report["shapes"]?["linear-4"])
        let names = [
            "steps_per_second", "task_ms_p50", "task_ms_p95", "task_ms_p99", "ms_per_step_p50", "wal_bytes_per_step",
        ]
        for name in names { #expect(shape[name]?.doubleValue ?? 0 > 0, "\(name)") }
        #expect(report["commit_ms_p50"]?.doubleValue ?? 0 > 0)
    }

    @Test("bench refuses sizes it cannot run", arguments: [["--tasks", "0"], ["--workers", "65"]])
    func refused(arguments: [String]) async throws {
        let outcome = try await Program.run(["bench"] + arguments)
        #expect(outcome.status == 2)
        #expect(outcome.errorLines.first?.contains("must be from 1 to") == true)
    }
}
