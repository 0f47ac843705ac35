import CairnWorker
import Postgres
import TestSupport
import Testing

@Suite struct EndToEndTests {
    @Test func `a diamond runs to its end`() async throws {
        try await WorkerHarness.with { worker in
            try await worker.database.register(
                echoTemplate("diamond", [("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["b", "c"])]))
            let task = try await worker.database.submit("diamond", context: #"{"n":1.50}"#)
            #expect(try await worker.end(of: task) == "complete")
            #expect(try await worker.result(of: task, 1) == #"{"context": {"n": 1.50}, "results": {}}"#)
        }
    }

    @Test func `a chain costs one exchange a step and a few`() async throws {
        try await WorkerHarness.with { worker in
            let steps = (1...20).map { ("s\($0)", $0 == 1 ? [] : ["s\($0 - 1)"]) }
            try await worker.database.register(echoTemplate("chain", steps))
            try await worker.idle()
            let before = try await transactions(worker)
            let task = try await worker.database.submit("chain")
            #expect(try await worker.end(of: task) == "complete")
            let used = try await transactions(worker) - before
            #expect(used >= 20 && used <= 24, "\(used) exchanges for 20 steps")
        }
    }

    /// How many transactions wrote rows for the worker: those of the attempts' steps, by the ids in the history.
    private func transactions(_ worker: WorkerHarness) async throws -> Int64 {
        try await worker.database.value(
            "select count(distinct xid) from cairn.step_history where worker_id is not null", as: Int64.self) ?? 0
    }

    @Test func `only polling works too, and nobody listens`() async throws {
        try await WorkerHarness.with(configure: {
            $0.pollOnly = true
            $0.pollInterval = .milliseconds(50)
        }) { worker in
            try await worker.database.register(echoTemplate("one", [("a", [])]))
            let task = try await worker.database.submit("one")
            #expect(try await worker.end(of: task) == "complete")
            let second = try await worker.database.submit("one")
            #expect(try await worker.end(of: second) == "complete")
            let listening = try await worker.database.value(
                "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen%'",
                as: Int64.self)
            #expect(listening == 0)
        }
    }

    @Test func `an idle worker is woken at once`() async throws {
        try await WorkerHarness.with(configure: { $0.pollInterval = .seconds(60) }) { worker in
            try await worker.database.register(echoTemplate("one", [("a", [])]))
            try await worker.idle()
            let task = try await worker.database.submit("one")
            // Before it would look by itself.
            #expect(try await worker.end(of: task, within: .seconds(50)) == "complete")
        }
    }

    @Test func `a busy worker with room is woken as well`() async throws {
        try await WorkerHarness.with(configure: { $0.pollInterval = .seconds(60) }) { worker in
            try await worker.database.register(
                echoTemplate(
                    "long", [("a", [])], stepExtra: #","config":{"for":"1h"},"timeout":"2h""#, handler: "cairn.sleep"))
            try await worker.database.register(echoTemplate("one", [("a", [])]))
            _ = try await worker.database.submit("long")
            _ = try await eventually {
                try await worker.database.value(
                    "select true from cairn.step_core where state = 'in_progress'", as: Bool.self)
            }
            try await worker.idle()
            let task = try await worker.database.submit("one")
            // Before it would look by itself, and while the other one runs, whose end would make it look.
            #expect(try await worker.end(of: task, within: .seconds(50)) == "complete")
            let running = try await worker.database.value(
                "select count(*) from cairn.step_core where state = 'in_progress'", as: Int64.self)
            #expect(running == 1)
            worker.worker.stopNow()
        }
    }

    @Test func `many tasks of several workers run once each`() async throws {
        try await WorkerHarness.with { one in
            try await WorkerHarness.with(on: one.database) { two in
                try await two.database.register(echoTemplate("pair", [("a", []), ("b", ["a"])]))
                var tasks: [Int64] = []
                for _ in 0..<100 { tasks.append(try await two.database.submit("pair")) }
                for task in tasks { #expect(try await two.end(of: task) == "complete") }
                let attempts = try await two.database.value("select count(*) from cairn.step_attempts", as: Int64.self)
                #expect(attempts == 200)
            }
        }
    }
}
