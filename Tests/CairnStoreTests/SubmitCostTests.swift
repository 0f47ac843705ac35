import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

/// What a submit costs is counted here, not timed: the calls of functions, each of which is a statement or more.
@Suite("A call that submits many tasks") struct SubmitCostTests {
    /// How often the functions were called while `body` ran. The pool has one connection, so it is the one that counts.
    private static func calls(
        in database: TestDatabase, _ body: () async throws -> Void
    ) async throws -> [String: Int64] {
        func read() async throws -> [String: Int64] {
            _ = try await database.pool.execute("select pg_stat_force_next_flush()")
            let rows = try await database.pool.query(
                "select funcname::text, sum(calls)::bigint from pg_stat_user_functions where schemaname = 'cairn' group by 1",
                as: (String, Int64).self)
            return Dictionary(uniqueKeysWithValues: rows)
        }
        _ = try await database.pool.execute("select set_config('track_functions', 'all', false)")
        let before = try await read()
        try await body()
        let after = try await read()
        return after.mapValues { $0 }.merging(before) { $0 - $1 }.filter { $0.value != 0 }
    }

    private static func register(in database: TestDatabase) async throws {
        try await database.register(echoTemplate("one", [("a", [])]))
        try await database.register(echoTemplate("two", [("a", []), ("b", ["a"])]))
        try await database.register(echoTemplate("strict", [("a", [])], extra: #","identity":"strict""#))
        try await database.register(echoTemplate("keyed", [("a", [])], extra: #","identity":"caller_provided""#))
        try await database.register(
            echoTemplate(
                "shaped", [("a", [])], extra: #","input_schema":{"type":"object","required":["n"]}"#))
        try await database.register(
            echoTemplate("any", [("a", [])], extra: #","input_schema":{"type":"object"}"#))
    }

    /// Templates of which not every step that depends on nothing is ready at once.
    private static func registerSlow(in database: TestDatabase) async throws {
        try await database.register(
            #"""
            {"namespace":"test","name":"slow","version":"1.0.0","steps":[
              {"name":"a","handler":"cairn.echo","delay":"1h"},{"name":"b","handler":"cairn.echo"},
              {"name":"c","handler":"cairn.echo","depends_on":["a","b"],"retry":{"max_attempts":7}}]}
            """#)
        try await database.register(echoTemplate("later", [("a", [])], stepExtra: #","delay":"1h""#))
    }

    private static func submission(
        _ name: String, _ context: String? = nil, options: String? = nil, group: Int32 = 0
    ) -> TaskSubmission {
        TaskSubmission(
            namespace: "test", templateName: name, context: context.map { JSONB($0) },
            options: options.map { JSONB($0) }, group: group)
    }

    @Test("looks each template up once, and asks nothing of a request of which there is nothing to ask")
    func plain() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await Self.register(in: database)
            let calls = try await Self.calls(in: database) {
                let outcomes = try await database.store.submit(
                    (0..<1000).map { Self.submission(["one", "two", "any"][$0 % 3], #"{"n":\#($0)}"#) })
                #expect(outcomes.count == 1000)
            }
            #expect(calls["submit_tasks"] == 1)
            #expect(calls["find_template"] == 3)
            // The entries of the history are written by the statements that make the rows.
            #expect(calls["note_step"] == nil && calls["note_task"] == nil && calls["submit_plain"] == nil)
            for (name, count) in calls where !["step_path", "task_path", "clock"].contains(name) {
                #expect(count <= 3, "\(name): \(count) calls")
            }
            #expect(try await database.value("select count(*) from cairn.task_core", as: Int64.self) == 1000)
        }
    }

    /// What a task is stored as, in all tables: without its numbers, and with times counted from its submit.
    private static func stored(_ task: Int64, in database: TestDatabase) async throws -> [String] {
        try await database.pool.query(
            """
            select concat(x.name, ' ', x.step_no, ' ', jsonb_object_agg(
              m.key, case when m.key ~ '(_|^)at$' and m.value <> 'null'
                then to_jsonb((m.value #>> '{}')::timestamptz - t.created_at) else m.value end))
            from cairn.task_core t
            cross join lateral (
              select 'details' as name, null::integer as step_no, to_jsonb(d) as row from cairn.task_details d where d.task_id = t.id
              union all select 'task', null, to_jsonb(t)
              union all select 'step', s.step_no, to_jsonb(s) from cairn.step_core s where s.task_id = t.id
              union all select 'entry of the task', null, to_jsonb(h)
              from cairn.task_history h where h.task_id = t.id and h.id = t.history_id
              union all select 'entry of the step', h.step_no, to_jsonb(h)
              from cairn.step_history h
              join cairn.step_core s on s.task_id = h.task_id and s.step_no = h.step_no and s.history_id = h.id
              where h.task_id = t.id) x
            cross join lateral jsonb_each(x.row) m
            where t.id = \(task) and m.key not in ('id', 'task_id', 'history_id', 'xid')
            group by x.name, x.step_no order by 1
            """, as: String.self)
    }

    @Test("stores and shows a plain one alone, in few statements, as it stores and shows it among others")
    func plainAlone() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await Self.register(in: database)
            try await Self.registerSlow(in: database)
            let given = #"{"b": [1.50, "\" ,"],"a":1}"#
            let key = #"{"idempotency_key":"NAME KEY 💶","correlation_id":"NAME"}"#
            for (name, context, options) in [
                ("one", given, "{}"), ("one", nil, nil), ("two", given, nil), ("any", nil, "{}"), ("slow", given, nil),
                ("later", given, nil), ("one", nil, #"{"correlation_id":"c"}"#), ("one", given, key),
                ("keyed", nil, key), ("strict", given, key),
            ] {
                let submissions = ["k", "l", "m"].map {
                    var submission = Self.submission(
                        name, context, options: options?.replacing("NAME", with: name).replacing("KEY", with: $0))
                    submission.isShown = true
                    return submission
                }
                var outcomes: [SubmissionOutcome] = []
                let calls = try await Self.calls(in: database) {
                    outcomes = try await database.store.submit([submissions[0]])
                }
                #expect(calls["submit_plain"] == 1 && calls["check_submits"] == nil, "\(name): \(calls)")
                #expect(calls["note_step"] == nil && calls["note_task"] == nil)
                outcomes += try await database.store.submit(Array(submissions[1...]))
                var rows: [[String]] = []
                for outcome in outcomes {
                    guard case .created(let id, let shown) = outcome else {
                        Issue.record("\(name): \(outcome)")
                        continue
                    }
                    rows.append(
                        try await Self.stored(id, in: database).map {
                            $0.replacing(" l 💶", with: " k 💶").replacing(" m 💶", with: " k 💶")
                        })
                    let task = try #require(try await database.store.task(id))
                    #expect(try JSON.parse(try #require(shown).bytes).text == JSON.parse(task.bytes).text)
                }
                #expect(rows.count == 3 && Set(rows).count == 1, "\(name): \(rows)")
                // The details, the task with its entry, and the steps with theirs.
                #expect(rows.first?.count == 3 + 2 * (name == "slow" ? 3 : name == "two" ? 2 : 1), "\(rows)")
            }
        }
    }

    @Test("asks of one request what there is to ask of that one")
    func asked() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await Self.register(in: database)
            let calls = try await Self.calls(in: database) {
                _ = try await database.store.submit(
                    (0..<100).map { Self.submission($0 % 10 == 0 ? "shaped" : "one", #"{"n":\#($0)}"#) }
                        + [Self.submission("one", options: #"{"idempotency_key":"k"}"#)])
            }
            #expect(calls["find_template"] == 2)
            #expect(calls["check_submit"] == 11)
            #expect(calls["schema_errors"] == 10)
        }
    }

    @Test("judges each request as if it were alone")
    func alone() async throws {
        try await TestDatabase.with { database in
            try await Self.register(in: database)
            let great = #"{"x":"\#(String(repeating: "x", count: 1_048_576))"}"#
            var requests = [
                Self.submission("one"), Self.submission("one", "[]"), Self.submission("one", "null"),
                Self.submission("one", great), Self.submission("one", options: "[]"),
                Self.submission("one", options: #"{"version":1}"#),
                Self.submission("one", options: #"{"version":"1.0.0"}"#),
                Self.submission("one", options: #"{"version":"2.0.0"}"#),
                Self.submission("one", options: #"{"version":null}"#),
                Self.submission("one", options: #"{"reason":""}"#), Self.submission("one", options: #"{"reason":7}"#),
                Self.submission("one", options: #"{"reason":"\#(String(repeating: "é", count: 501))"}"#),
                Self.submission("one", options: #"{"reason":"\#(String(repeating: "é", count: 500))"}"#),
                Self.submission("one", options: #"{"colour":"red"}"#), Self.submission("one", options: "null"),
                Self.submission("one", options: "7"), Self.submission("one", options: #"["idempotency_key"]"#),
                Self.submission("one", options: #"{"idempotency_key":7}"#),
                Self.submission("one", options: #"{"idempotency_key":""}"#),
                Self.submission("one", options: #"{"idempotency_key":null}"#),
                Self.submission("one", options: #"{"idempotency_key":"\#(String(repeating: "é", count: 501))"}"#),
                Self.submission("one", options: #"{"idempotency_key":"\#(String(repeating: "é", count: 500))"}"#),
                Self.submission("one", options: #"{"correlation_id":["c"]}"#),
                Self.submission("one", options: #"{"correlation_id":"","idempotency_key":"k"}"#),
                Self.submission("one", options: #"{"correlation_id":"c","idempotency_key":"k","dedup_key":"k"}"#),
                Self.submission("shaped", options: #"{"idempotency_key":"s"}"#),
                Self.submission("none", options: #"{"idempotency_key":"n"}"#),
                Self.submission("one", options: #"{"dedup_window":"1h"}"#), Self.submission("none"),
                Self.submission("none", "[]", options: #"{"version":1}"#), Self.submission("none", "[]"),
                Self.submission("keyed"), Self.submission("keyed", options: #"{"idempotency_key":"a"}"#),
                Self.submission("strict", #"{"s":1}"#), Self.submission("strict", "7"),
                Self.submission("shaped"), Self.submission("shaped", #"{"n":1}"#), Self.submission("any", "{}"),
                Self.submission("any", "[]"), Self.submission("two", options: #"{"priority":3,"tags":["a"]}"#),
            ]
            for index in requests.indices { requests[index].group = Int32(index) }
            func shown(_ outcome: SubmissionOutcome) -> String {
                switch outcome {
                case .created: "created"
                case .existing: "existing"
                case .refused(let code, let message, let details): "\(code): \(message) \(details?.string ?? "")"
                }
            }
            let together = try await database.store.submit(requests).map(shown)
            try await database.pool.execute("delete from cairn.task_details")
            for (index, request) in requests.enumerated() {
                let apart = try await database.store.submit([request]).map(shown)
                #expect(apart == [together[index]], "request \(index)")
            }
            #expect(together.count { $0 == "created" } == 11)
        }
    }

    @Test("has its tasks shown from one look at the steps of each template, as a look at each of them shows it")
    func shown() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await Self.register(in: database)
            try await Self.registerSlow(in: database)
            let options: [String?] = [
                nil, "{}", #"{"run_at":"2200-01-01T00:00:00+02:00","tags":["\"\\","é 1"]}"#,
                #"{"run_at":"2000-01-01T00:00:00Z","priority":-7,"headers":{"a b":"\"\u0007"}}"#,
                #"{"priority":5,"tags":[],"headers":{},"correlation_id":"c","parent_correlation_id":"p","reason":"r\n"}"#,
                #"{"initiator":"i","source_system":"s","callback_url":"https://example.com/","idempotency_key":"KEY"}"#,
                #"{"dedup_key":"KEY","dedup_window":"live","on_duplicate":"return"}"#,
                #"{"run_at":null,"tags":null,"headers":null,"reason":null,"idempotency_key":null,"priority":null}"#,
            ]
            let submissions = (0..<300).map { number in
                var submission = Self.submission(
                    ["one", "two", "slow"][number % 3],
                    number % 5 == 0 ? nil : #"{"b": [1.50, "\" ,"],"a":\#(number)}"#,
                    options: options[number % options.count]?.replacing("KEY", with: "\(number)"),
                    group: Int32(number))
                submission.isShown = number % 7 != 0
                return submission
            }
            var outcomes: [SubmissionOutcome] = []
            let calls = try await Self.calls(in: database) { outcomes = try await database.store.submit(submissions) }
            // Of each template, those that start at once and those that are to start later.
            #expect(calls["new_task_parts"] == 6)
            #expect(calls["task_json"] == nil)
            #expect(outcomes.count == 300)
            for (submission, outcome) in zip(submissions, outcomes) {
                guard case .created(let id, let shown) = outcome else {
                    Issue.record("\(outcome)")
                    continue
                }
                #expect((shown != nil) == submission.isShown)
                guard let shown else { continue }
                let task = try #require(try await database.store.task(id))
                #expect(try JSON.parse(shown.bytes).text == JSON.parse(task.bytes).text)
            }
        }
    }

    @Test("shows no task that was there before, and none that is refused")
    func notShown() async throws {
        try await TestDatabase.with { database in
            try await Self.register(in: database)
            let key = #"{"idempotency_key":"k","on_duplicate":"return"}"#
            var submissions = [
                Self.submission("one", options: key), Self.submission("one", options: key, group: 1),
                Self.submission("none", group: 2), Self.submission("two", group: 3),
                Self.submission("one", options: #"{"run_at":"soon","priority":1e9}"#, group: 4),
            ]
            for index in submissions.indices { submissions[index].isShown = true }
            let outcomes = try await database.store.submit(submissions)
            let shown = outcomes.map { if case .created(_, let task) = $0 { task != nil } else { false } }
            #expect(shown == [true, false, false, true, false])
        }
    }
}
