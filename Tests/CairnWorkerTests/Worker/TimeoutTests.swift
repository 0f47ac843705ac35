import CairnWorker
import TestSupport
import Testing

@Suite struct TimeoutTests {
    @Test func `a handler is cancelled at its timeout and reported`() async throws {
        let probe = Probe()
        let handler = ClosureHandler { _, context in
            probe.ran(context)
            do { try await Task.sleep(for: .seconds(60)) } catch {
                probe.noteCancelled()
                throw error
            }
            return []
        }
        try await WorkerHarness.with(handlers: [handler]) { worker in
            try await worker.database.register(
                echoTemplate(
                    "slow", [("a", [])],
                    stepExtra: #","timeout":"100ms","retry":{"max_attempts":2,"backoff":"none"}"#, handler: "test.run"))
            let task = try await worker.database.submit("slow")
            #expect(try await worker.end(of: task) == "error")
            let failures = try await worker.failures(of: task)
            #expect(failures.map(\.outcome) == ["timed_out", "timed_out"])
            #expect(failures.first?.code == "timed_out")
            _ = try await eventually { probe.cancelled == 2 ? true : nil }
        }
    }

    @Test func `a handler that ignores its timeout is reported at once and keeps its slot`() async throws {
        let probe = Probe()
        let handler = ClosureHandler { _, context in
            probe.ran(context)
            if context.stepName == "stuck" { await probe.gate() }
            return Array("1".utf8)
        }
        try await WorkerHarness.with(handlers: [handler], configure: { $0.concurrency = 1 }) { worker in
            try await worker.database.register(
                echoTemplate(
                    "stuck", [("stuck", [])], stepExtra: #","timeout":"100ms","retry":{"max_attempts":1}"#,
                    handler: "test.run"))
            try await worker.database.register(echoTemplate("next", [("a", [])], handler: "test.run"))
            let stuck = try await worker.database.submit("stuck")
            #expect(try await worker.end(of: stuck) == "error")
            let next = try await worker.database.submit("next")
            #expect(probe.total == 1)
            probe.open()
            #expect(try await worker.end(of: next) == "complete")
        }
    }
}
