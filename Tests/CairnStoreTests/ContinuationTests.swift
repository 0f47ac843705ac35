import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

/// What a settle unlocks goes on with the worker that settled: docs/decisions/0013-continuation.md.
@Suite struct ContinuationTests {
    private func success(_ step: ClaimedStep) -> Settlement {
        Settlement(
            taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt, outcome: .succeeded, payload: JSONB("1"))
    }

    /// Settles a pair's first step, with a floor, and gives how its second one stands in the history.
    private func continuation(
        _ database: TestDatabase, handler: String = "cairn.echo", prepare: (Int32) async throws -> Void = { _ in }
    ) async throws -> (claimed: [String], history: String?) {
        try await database.register(
            #"""
            {"namespace":"test","name":"two","version":"1.0.0","steps":[
              {"name":"a","handler":"cairn.echo"},{"name":"b","handler":"\#(handler)","depends_on":["a"]}]}
            """#)
        let worker = try await database.worker()
        let id = try await database.submit("two")
        let a = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
        try await prepare(a.namespaceID)
        let reply = try await database.store.exchange(
            ExchangeRequest(
                workerID: worker, settlements: [success(a)], want: 1,
                floors: [ClaimFloor(namespaceID: a.namespaceID, rank: a.rank, taskID: id)]))
        return (
            reply.claimed.map { "\($0.taskID == id ? "" : "other ")\($0.stepNo)#\($0.attempt)" },
            try await database.value(
                """
                select string_agg(event || ' ' || array_to_string(path, ' '), ', ' order by h.id)
                from cairn.step_history h where task_id = \(id) and step_no = 2 and from_state = 'pending'
                """)
        )
    }

    @Test("what a settle unlocks goes on with its worker: one move, along the same transitions")
    func goesOn() async throws {
        try await TestDatabase.with { database in
            let found = try await continuation(database)
            #expect(found.claimed == ["2#1"])
            #expect(found.history == "start pending enqueued in_progress")
        }
    }

    @Test("what a settle unlocks waits for a worker that has its handler")
    func goesOnElsewhere() async throws {
        try await TestDatabase.with { database in
            let found = try await continuation(database, handler: "other")
            #expect(found.claimed == [])
            #expect(found.history == "enqueue pending enqueued")
        }
    }

    @Test("what a settle unlocks does not go on in a namespace that is paused")
    func goesOnLater() async throws {
        try await TestDatabase.with { database in
            let found = try await continuation(database) { _ in
                try await database.pool.execute("select cairn.pause_namespace('test', 'ada', 'because')")
            }
            #expect(found.claimed == [])
            #expect(found.history == "enqueue pending enqueued")
        }
    }

    @Test("what a settle unlocks does not go on before a step of higher priority")
    func goesOnBehind() async throws {
        try await TestDatabase.with { database in
            let found = try await continuation(database) { _ in
                _ = try await database.submit("two", options: #"{"priority":1}"#)
            }
            #expect(found.claimed == ["other 1#1"])
            #expect(found.history == "enqueue pending enqueued")
        }
    }

    @Test("whether something of higher priority waits is found out without a look at what else waits")
    func goesOnAmongMany() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await database.register(
                echoTemplate("chain", [("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["c"])]))
            // The plan is made while next to nothing waits.
            try await database.pool.execute("vacuum analyze")
            let worker = try await database.worker()
            let id = try await database.submit("chain")
            var step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            for others in [0, 2000] {
                for _ in 0..<others { _ = try await database.submit("chain") }
                try await database.pool.execute("select pg_stat_force_next_flush()")
                let before = try await readyEntriesRead(database)
                let reply = try await database.store.exchange(
                    ExchangeRequest(
                        workerID: worker, settlements: [success(step)], want: 1,
                        floors: [ClaimFloor(namespaceID: step.namespaceID, rank: step.rank, taskID: id)]))
                step = try #require(reply.claimed.first { $0.taskID == id })
                try await database.pool.execute("select pg_stat_force_next_flush()")
                let read = try await readyEntriesRead(database) - before
                #expect(read < 10, "\(read) entries of the index of ready steps, with \(others) others")
            }
        }
    }

    private func readyEntriesRead(_ database: TestDatabase) async throws -> Int64 {
        try await database.value(
            "select idx_tup_read from pg_stat_user_indexes where indexrelname = 'step_core_ready'", as: Int64.self)
            ?? -1
    }

    @Test("a report counts only for what the worker held before the call")
    func reportOfWhatGoesOn() async throws {
        try await TestDatabase.with { database in
            try await database.register(
                echoTemplate("chain", [("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["c"])]))
            let worker = try await database.worker()
            let id = try await database.submit("chain")
            let a = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            var b = success(a)
            b.stepNo += 1
            let reply = try await database.store.exchange(
                ExchangeRequest(
                    workerID: worker, settlements: [success(a), b], want: 5,
                    floors: [ClaimFloor(namespaceID: a.namespaceID, rank: a.rank, taskID: id)]))
            #expect(reply.refused.map(\.stepNo) == [2])
            #expect(reply.claimed.map(\.stepNo) == [2])
            let states = try await database.value(
                "select string_agg(state::text, ' ' order by step_no) from cairn.step_core", as: String.self)
            #expect(states == "complete in_progress pending pending")
        }
    }

    @Test("a call that does not claim goes on with what it unlocks, and with nothing else")
    func withoutClaims() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("chain", [("a", []), ("b", ["a"])]))
            let worker = try await database.worker()
            let ids = [try await database.submit("chain"), try await database.submit("chain")]
            let a = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            let floors = [ClaimFloor(namespaceID: a.namespaceID, rank: a.rank, taskID: ids[0])]
            let none = try await database.store.exchange(
                ExchangeRequest(workerID: worker, want: 5, claims: false, floors: floors))
            #expect(none.claimed.isEmpty)
            let reply = try await database.store.exchange(
                ExchangeRequest(
                    workerID: worker, settlements: [success(a)], want: 5, claims: false, floors: floors))
            #expect(reply.claimed.map { "\($0.taskID).\($0.stepNo)" } == ["\(ids[0]).2"])
        }
    }
}
