import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

@Suite struct ExchangeTests {
    private static let chain = echoTemplate("chain", [("a", []), ("b", ["a"]), ("c", ["b"]), ("d", ["c"])])

    private func success(_ step: ClaimedStep, _ result: String = #"{"ok":true}"#) -> Settlement {
        Settlement(
            taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt, outcome: .succeeded, payload: JSONB(result)
        )
    }

    @Test("a chain of four steps takes five calls, each settling one step and claiming the next")
    func oneCallPerStep() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.chain)
            let worker = try await database.worker()
            let id = try await database.submit("chain", context: #"{"n":1}"#)
            var reply = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 10))
            var calls = 1
            var results: [String] = []
            while let step = reply.claimed.first {
                #expect(reply.claimed.count == 1)
                results.append(step.results.string)
                reply = try await database.store.exchange(
                    ExchangeRequest(workerID: worker, settlements: [success(step, "\(calls)")], want: 10))
                calls += 1
            }
            #expect(calls == 5)
            #expect(results == ["{}", #"{"a": 1}"#, #"{"b": 2}"#, #"{"c": 3}"#])
            #expect(try await database.value("select state::text from cairn.tasks where id = \(id)") == "complete")
            let commits = try await database.value(
                "select count(distinct xid) from cairn.step_history where task_id = \(id)", as: Int64.self)
            #expect(commits == 6, "one for the submit, one for the first claim, and one a step")
        }
    }

    @Test("a mapped input has the values its paths find, null where they find nothing, and literals as they are")
    func mappedInput() async throws {
        try await TestDatabase.with { database in
            try await database.register(
                #"""
                {"namespace":"test","name":"mapped","version":"1.0.0","steps":[
                  {"name":"a","handler":"cairn.echo"},
                  {"name":"b","handler":"cairn.echo","depends_on":["a"],
                   "input":{"x":"$.results.a.x","deep":{"list":[1,"$.context.n"]},"none":"$.context.gone","text":"$$5","id":"$.task.id","step":"$.step.name"}},
                  {"name":"c","handler":"cairn.echo","depends_on":["b"],"input":"$.results.a"}]}
                """#)
            let worker = try await database.worker()
            let id = try await database.submit("mapped", context: #"{"n":18446744073709551617}"#)
            let a = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            #expect(a.input == nil && a.context?.string == #"{"n": 18446744073709551617}"#)
            let b = try await database.store.exchange(
                ExchangeRequest(workerID: worker, settlements: [success(a, #"{"x":[1,2]}"#)], want: 1)
            ).claimed[0]
            #expect(
                try JSON.parse(b.input?.bytes ?? [])
                    == JSON.parse(
                        #"{"x":[1,2],"deep":{"list":[1,18446744073709551617]},"none":null,"text":"$5","id":\#(id),"step":"b"}"#
                    ))
            let c = try await database.store.exchange(
                ExchangeRequest(workerID: worker, settlements: [success(b)], want: 1)
            ).claimed[0]
            #expect(c.input?.string == #"{"x": [1, 2]}"#)
        }
    }

    @Test("claims come by priority, then the oldest task, then the step; across calls and for new priorities too")
    func order() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("pair", [("a", []), ("b", [])]))
            let worker = try await database.worker()
            var ids: [Int64] = []
            for priority in [0, 5, 0, -3] {
                ids.append(try await database.submit("pair", options: #"{"priority":\#(priority)}"#))
            }
            var seen: [String] = []
            var floors: [ClaimFloor] = []
            for round in 0..<5 {
                let reply = try await database.store.exchange(
                    ExchangeRequest(workerID: worker, want: 2, floors: floors))
                seen += reply.claimed.map { "\($0.taskID).\($0.stepNo)" }
                for step in reply.claimed {
                    floors.removeAll { $0.rank == step.rank }
                    floors.append(ClaimFloor(namespaceID: step.namespaceID, rank: step.rank, taskID: step.taskID))
                }
                // A priority nobody knows of yet, in the middle of the known ones.
                if round == 1 { ids.append(try await database.submit("pair", options: #"{"priority":2}"#)) }
            }
            #expect(
                seen == [ids[1], ids[0], ids[4], ids[2], ids[3]].flatMap { ["\($0).1", "\($0).2"] }, "\(ids)")
        }
    }

    @Test("a step below the floor is not seen, and found by a look from the start")
    func floor() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.chain)
            let worker = try await database.worker()
            let old = try await database.submit("chain")
            let new = try await database.submit("chain")
            let namespace =
                try await database.value("select id from cairn.namespaces where name = 'test'", as: Int32.self) ?? 0
            let floor = [ClaimFloor(namespaceID: namespace, rank: 0, taskID: new)]
            let above = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 5, floors: floor))
            #expect(above.claimed.map(\.taskID) == [new])
            let all = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 5))
            #expect(all.claimed.map(\.taskID) == [old])
        }
    }

    @Test("a worker claims only steps of its handlers and its namespaces")
    func handlers() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])], handler: "custom.thing"))
            try await database.register(echoTemplate("other", [("a", [])], namespace: "elsewhere"))
            let id = try await database.submit("one")
            _ = try await database.submit("other", namespace: "elsewhere")
            let without = try await database.worker()
            let with = try await database.worker(handlers: ["cairn.echo", "custom.thing"])
            #expect(try await database.store.exchange(ExchangeRequest(workerID: without, want: 5)).claimed.isEmpty)
            let claimed = try await database.store.exchange(ExchangeRequest(workerID: with, want: 5)).claimed
            #expect(claimed.map(\.taskID) == [id])
        }
    }

    @Test("an input that cannot be made hurts its own step only, and undoes nothing")
    func unreadable() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.chain)
            try await database.register(
                #"""
                {"namespace":"test","name":"dated","version":"1.0.0","steps":[
                  {"name":"a","handler":"cairn.echo","input":{"old":"$.context.t ? (@.datetime() < \"2024-01-01T00:00:00+00:00\".datetime())"}}]}
                """#)
            let worker = try await database.worker()
            let first = try await database.submit("chain")
            let step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            // A time without a zone against one with: an error that no path suppresses.
            let bad = try await database.submit("dated", context: #"{"t":"2023-01-01T00:00:00"}"#)
            let good = try await database.submit("chain")
            let reply = try await database.store.exchange(
                ExchangeRequest(workerID: worker, settlements: [success(step)], want: 10))
            #expect(reply.refused.isEmpty)
            #expect(reply.claimed.map(\.taskID) == [first, bad, good])
            #expect(reply.claimed.map(\.isReadable) == [true, false, true])
            #expect(reply.claimed[1].input?.string.contains("time zone") == true)
        }
    }

    @Test(
        "what is no report of outcomes is refused as a whole",
        arguments: [
            "array[null]::text[]", "'{}'::text[]", "array['lease_lost']", "array['done']",
            "array['succeeded','succeeded']",
        ])
    func noOutcomes(outcomes: String) async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.chain)
            let worker = try await database.worker()
            let id = try await database.submit("chain")
            _ = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1))
            let error = await #expect(throws: PostgresError.self) {
                try await database.pool.execute(
                    """
                    select cairn.exchange(\(worker), array[\(id)], array[1], array[1::smallint],
                      \(unescaped: outcomes), array['1'::jsonb], array[null::bigint], 0)
                    """)
            }
            #expect(error?.sqlState == "CN400")
            let state: String? = try await database.value(
                "select state::text from cairn.step_core where task_id = \(id) and step_no = 1")
            #expect(state == "in_progress")
        }
    }

    @Test("nothing starts before what it waited for had finished, though a lock was waited for")
    func clockAfterLocks() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("join", [("a", []), ("b", []), ("c", ["a", "b"])]))
            let worker = try await database.worker()
            let id = try await database.submit("join")
            let steps = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 2)).claimed
            let settled = try await database.pool.withTransaction { other in
                _ = try await other.query("select 1 from cairn.task_core where id = \(id) for update", as: Int32.self)
                let waiting = Task {
                    try await database.store.exchange(
                        ExchangeRequest(workerID: worker, settlements: [success(steps[0])], want: 1))
                }
                try await database.somebodyWaits()
                try await other.execute(
                    """
                    select cairn.exchange(\(worker), array[\(id)], array[\(steps[1].stepNo)], array[1::smallint],
                      array['succeeded'], array['1'::jsonb], array[null::bigint], 0)
                    """)
                return waiting
            }
            #expect(try await settled.value.claimed.count == 1)
            let early = try await database.value(
                """
                select count(*) from cairn.steps c, cairn.steps d
                where c.name = 'c' and d.name in ('a', 'b') and (c.started_at < d.finished_at or c.enqueued_at < d.finished_at)
                """, as: Int64.self)
            #expect(early == 0)
        }
    }

    @Test("plans that are made while the tables are empty are still right when they are not")
    func plans() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await database.register(Self.chain)
            // Empty as far as the planner knows, so that it believes a sequential scan to cost nothing.
            try await database.store.pool.execute("vacuum analyze")
            let worker = try await database.worker()
            var reply = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 100))
            for _ in 0..<300 { _ = try await database.submit("chain") }
            var settlements: [Settlement] = []
            var settled = 0
            repeat {
                reply = try await database.store.exchange(
                    ExchangeRequest(workerID: worker, settlements: settlements, want: 100))
                settlements = reply.claimed.map { success($0) }
                settled += settlements.count
            } while !settlements.isEmpty
            #expect(settled == 1200)
            try await database.store.pool.execute("select pg_stat_force_next_flush()")
            let read = try await database.value(
                """
                select sum(seq_tup_read)::bigint from pg_stat_user_tables
                where relname in ('task_core', 'task_details', 'step_core', 'step_attempts')
                """, as: Int64.self)
            #expect(read == 0, "rows read by sequential scans")
            let fetched = try await database.value(
                """
                select sum(idx_tup_fetch)::bigint from pg_stat_user_tables
                where relname in ('task_core', 'task_details', 'step_core', 'step_attempts')
                """, as: Int64.self)
            #expect(fetched ?? .max < 30 * 1200, "rows fetched by index scans")
        }
    }

    @Test("a settle of another worker, another attempt, or a settled step is refused and has no effect")
    func fencing() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.chain)
            let owner = try await database.worker()
            let thief = try await database.worker()
            let id = try await database.submit("chain")
            let step = try await database.store.exchange(ExchangeRequest(workerID: owner, want: 1)).claimed[0]
            var late = success(step)
            late.attempt = 2
            for (worker, settlement) in [(thief, success(step)), (owner, late)] {
                let reply = try await database.store.exchange(
                    ExchangeRequest(workerID: worker, settlements: [settlement], want: 0))
                #expect(reply.refused.count == 1)
            }
            #expect(
                try await database.value(
                    "select state::text from cairn.step_core where task_id = \(id) and step_no = 1") == "in_progress")
            // Both attempts of a step in one call: the right one has its effect, the other is refused.
            let both = try await database.store.exchange(
                ExchangeRequest(workerID: owner, settlements: [late, success(step)], want: 0))
            #expect(both.refused.map(\.attempt) == [2])
            for _ in 0..<2 {
                let reply = try await database.store.exchange(
                    ExchangeRequest(workerID: owner, settlements: [success(step)], want: 0))
                #expect(reply.refused.count == 1)
            }
            let rows = try await database.value("select count(*) from cairn.step_attempts", as: Int64.self)
            #expect(rows == 1)
        }
    }

    @Test("a worker that is lost or unknown is told so, and nothing it sends has an effect")
    func gone() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await database.register(Self.chain)
            let worker = try await database.worker(lease: .seconds(5))
            _ = try await database.submit("chain")
            let step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            try await database.pool.execute("select set_config('cairn.clock_offset', '6 seconds', false)")
            let report = try await database.store.sweep()
            #expect(report.lostWorkers == 1 && report.expiredAttempts == 1 && report.dueRetries == 1)
            let reply = try await database.store.exchange(
                ExchangeRequest(workerID: worker, settlements: [success(step)], want: 1))
            #expect(reply.isGone && reply.claimed.isEmpty)
            #expect(try await database.store.heartbeat(workerID: worker).state == .gone)
            #expect(try await database.store.exchange(ExchangeRequest(workerID: 999_999, want: 1)).isGone)
            let successor = try await database.worker()
            let again = try await database.store.exchange(ExchangeRequest(workerID: successor, want: 1)).claimed[0]
            #expect(again.taskID == step.taskID && again.attempt == 2)
        }
    }

    @Test(
        "a worker that holds no step may be silent for half a minute, or five times a short lease; one that holds a step not",
        arguments: [(4, 20), (6, 30), (10, 30), (60, 60)])
    func silent(lease: Int, until: Int) async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await database.register(Self.chain)
            var now = 0
            func lost(after seconds: Int) async throws -> Int32 {
                try await database.pool.execute(
                    "select set_config('cairn.clock_offset', \("\(now + seconds) s"), false)")
                let isDue = try await database.store.sweepNeeds(inspects: false).parts.contains(.lostWorkers)
                let count = try await database.store.sweep().lostWorkers
                #expect(isDue == (count > 0))
                return count
            }
            let worker = try await database.worker(lease: .seconds(lease))
            #expect(try await lost(after: until - 3) == 0)
            // Who takes a step says by that that it lives.
            now += until - 3
            _ = try await database.submit("chain")
            #expect(try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed.count == 1)
            #expect(try await lost(after: lease - 3) == 0)
            #expect(try await lost(after: lease + 1) == 1)
            now += lease + 1
            _ = try await database.worker(lease: .seconds(lease))
            #expect(try await lost(after: until - 3) == 0)
            #expect(try await lost(after: until + 1) == 1)
        }
    }

    @Test("a look for steps says that the worker lives, if it last said so half a lease before")
    func saysThatItLives() async throws {
        try await TestDatabase.with(connections: 1) { database in
            let worker = try await database.worker(lease: .seconds(360))
            /// How many minutes ago it last said so, and how long it has waited: who says the one does not change the other.
            func look(after minutes: Int) async throws -> String? {
                try await database.pool.execute(
                    "select set_config('cairn.clock_offset', \("\(minutes) min"), false)")
                _ = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1, mayIdle: true))
                return try await database.value(
                    """
                    select concat_ws(' ', round(extract(epoch from cairn.clock() - heartbeat_at) / 60),
                      round(extract(epoch from cairn.clock() - idle_since) / 60))
                    from cairn.workers
                    """)
            }
            for (minutes, ages) in [(2, "0 0"), (4, "2 2"), (6, "0 4"), (8, "2 6")] {
                #expect(try await look(after: minutes) == ages)
            }
        }
    }

    @Test("a released step goes back uncounted, and the next claim has the same attempt")
    func release() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.chain)
            let worker = try await database.worker()
            _ = try await database.submit("chain")
            let step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            var released = success(step)
            released.outcome = .released
            released.payload = nil
            _ = try await database.store.exchange(ExchangeRequest(workerID: worker, settlements: [released], want: 0))
            let again = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            #expect(again.attempt == 1)
            #expect(try await database.value("select count(*) from cairn.step_attempts", as: Int64.self) == 0)
        }
    }

    @Test("two workers that claim at once never get the same step")
    func disjoint() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            _ = try await database.store.submit(
                (0..<400).map { TaskSubmission(namespace: "test", templateName: "one", group: $0) })
            let claimed = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let worker = try await database.worker()
                        var mine: [Int64] = []
                        while true {
                            let reply = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 7))
                            if reply.claimed.isEmpty { return mine }
                            mine += reply.claimed.map(\.taskID)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(claimed).count == claimed.count)
            #expect(claimed.count == 400)
        }
    }

    @Test("nobody is notified while nobody is idle; an idle worker is, once for a batch")
    func notifications() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.chain)
            let worker = try await database.store.registerWorker(
                WorkerRegistration(
                    name: "w", host: "h", processID: 1, version: "1", namespaces: ["test"], handlers: ["cairn.echo"],
                    concurrency: 1))
            let listener = PostgresListener(
                configuration: database.pool.configuration, channels: Set(worker.channels + ["mark"]))
            let events = listener.makeAsyncIterator()
            func until(_ wanted: String) async -> [String] {
                var seen: [String] = []
                while let event = await events.next() {
                    if case .notification(let channel, _) = event { seen.append(channel) }
                    if case .listening = event { seen.append("listening") }
                    if seen.last == wanted { return seen }
                }
                return seen
            }
            _ = await until("listening")
            _ = try await database.submit("chain")
            try await database.pool.execute("select pg_notify('mark', '')")
            #expect(await until("mark") == ["mark"])

            let step = try await database.store.exchange(ExchangeRequest(workerID: worker.id, want: 1)).claimed[0]
            _ = try await database.store.exchange(
                ExchangeRequest(
                    workerID: worker.id,
                    settlements: [
                        Settlement(
                            taskID: step.taskID, stepNo: step.stepNo, attempt: 1, outcome: .permanent, payload: nil)
                    ], want: 1, mayIdle: true))
            _ = try await database.store.submit(
                (0..<50).map { TaskSubmission(namespace: "test", templateName: "chain", group: $0) })
            try await database.pool.execute("select pg_notify('mark', '')")
            #expect(await until("mark") == [worker.channels[0], "mark"])

            // Who settles without claiming leaves to others what it enqueues.
            let other = try await database.worker()
            let held = try await database.store.exchange(ExchangeRequest(workerID: other, want: 1)).claimed[0]
            _ = try await database.store.exchange(
                ExchangeRequest(
                    workerID: other,
                    settlements: [
                        Settlement(
                            taskID: held.taskID, stepNo: held.stepNo, attempt: 1, outcome: .succeeded, payload: nil)
                    ], want: 5, claims: false))
            try await database.pool.execute("select pg_notify('mark', '')")
            #expect(await until("mark") == [worker.channels[0], "mark"])
        }
    }

    @Test("reads of a template the steps it claims and settles, however large that is and whatever is known of others")
    func largeTemplate() async throws {
        try await Scene.with { scene in
            try await scene.register((0..<2000).map { "s\($0)" }, name: "large")
            _ = try await scene.database.submit("large")
            func read() async throws -> Int64 {
                try await scene.database.pool.execute("select pg_stat_force_next_flush()")
                return try await scene.value(
                    "select idx_tup_fetch::bigint from pg_stat_user_tables where relname = 'template_steps'")
            }
            let before = try await read()
            let claimed = try await scene.claim(10)
            let atClaim = try await read()
            try await scene.settle(claimed, .retryable)
            let atSettle = try await read()
            #expect((1...20).contains(atClaim - before), "\(atClaim - before) rows for 10 claimed steps")
            #expect((1...20).contains(atSettle - atClaim), "\(atSettle - atClaim) rows for 10 failed attempts")
        }
    }
}
