import Foundation
import TestSupport
import Testing

@Suite("A benchmark that is told to end") struct BenchSignalTests {
    @Test("takes down what it has begun, and leaves nothing behind", arguments: [SIGINT, SIGTERM])
    func leavesNothing(signal: Int32) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "cairn-bench-test-\(UUID().uuidString)")
        // PostgreSQL does not run as root, so whom it runs as must get there.
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.path(percentEncoded: false)
        let bench = try Program(
            "cairn", ["bench", "--phase", "wakeup", "--idle-tasks", "100000"], environment: ["TMPDIR": path])
        // The log of the programs is there while they run.
        let log = "\(path)/cairn-bench-\(bench.processID).log"
        try await eventually("the programs run") {
            FileManager.default.fileExists(atPath: log) || !bench.isRunning ? () : nil
        }
        bench.signal(signal)
        #expect(try await bench.exitCode() == 128 + signal)
        #expect(bench.said.contains("Stopping; Ctrl-C again stops hard"), "\(bench.said)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [])
    }
}
