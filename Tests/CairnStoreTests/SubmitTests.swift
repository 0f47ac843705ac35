import CairnModel
import CairnStore
import Postgres
import TestSupport
import Testing

@Suite struct SubmitTests {
    private static let diamond = echoTemplate("diamond", [("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["b", "c"])])

    @Test("a submitted task starts at once: its roots are enqueued, the others wait for their dependencies")
    func starts() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.diamond)
            let id = try await database.submit("diamond")
            let steps = try await database.pool.query(
                "select name || ' ' || state || ' ' || waiting_for from cairn.steps where task_id = \(id) order by step_no",
                as: String.self)
            #expect(steps == ["a enqueued 0", "b pending 1", "c pending 1", "d pending 2"])
            #expect(
                try await database.value("select state::text from cairn.tasks where id = \(id)") == "steps_in_process")
        }
    }

    @Test(
        "a wrong submit says what is wrong, and stores nothing",
        arguments: [
            ("test", "nothing", nil, nil, "template_not_found", "has no template nothing; it has diamond"),
            ("none", "diamond", nil, nil, "template_not_found", "namespace none has no template"),
            (
                "test", "diamond", nil, #"{"version":"9.9.9"}"#, "template_not_found",
                "has no version 9.9.9; it has 1.0.0"
            ),
            ("test", "diamond", "[]", nil, "invalid_context", "must be an object, not array"),
            ("test", "diamond", nil, #"{"priority":1.5}"#, "invalid_option", "priority must be a whole number"),
            ("test", "diamond", nil, #"{"priority":40000}"#, "invalid_option", "priority must be a whole number"),
            ("test", "diamond", nil, #"{"priority":"high"}"#, "invalid_option", "priority must be a whole number"),
            ("test", "diamond", nil, #"{"run_at":"tomorrow"}"#, "invalid_option", "run_at must be an RFC 3339 time"),
            ("test", "diamond", nil, #"{"run_at":"2030-02-31T00:00:00Z"}"#, "invalid_option", "run_at must be"),
            (
                "test", "diamond", nil, #"{"run_at":"0001-01-01T00:00:00+15:00"}"#, "invalid_option",
                "0001 to 9999 of UTC"
            ),
            (
                "test", "diamond", nil, #"{"run_at":"9999-12-31T23:59:59-15:00"}"#, "invalid_option",
                "0001 to 9999 of UTC"
            ),
            ("test", "diamond", nil, #"{"run_at":"9999-12-31T23:59:60Z"}"#, "invalid_option", "0001 to 9999 of UTC"),
            ("test", "diamond", nil, #"{"tags":"x"}"#, "invalid_option", "tags must be an array"),
            ("test", "diamond", nil, #"{"headers":{"cairn.x":"y"}}"#, "invalid_option", "reserved"),
            ("test", "diamond", nil, #"{"tags":[["x"]]}"#, "invalid_option", "tags must be an array"),
            ("test", "diamond", nil, #"{"run_at":"2030-01-01T00:00:00+99:00"}"#, "invalid_option", "run_at must be"),
            ("test", "diamond", nil, #"{"headers":{"":"y"}}"#, "invalid_option", "must not have an empty name"),
            ("test", "diamond", nil, #"{"headers":{"x":1}}"#, "invalid_option", "an object of strings"),
            ("test", "diamond", nil, #"{"headers":{"x":["a"]}}"#, "invalid_option", "an object of strings"),
            ("test", "diamond", nil, #"{"on_duplicate":"merge"}"#, "invalid_option", "on_duplicate must be"),
            ("test", "diamond", nil, #"{"idempotency_key":""}"#, "invalid_option", "1 to 500 characters"),
            ("test", "diamond", nil, #"{"colour":"red"}"#, "invalid_option", "colour is not an option"),
        ] as [(String, String, String?, String?, String, String)])
    func refused(
        namespace: String, template: String, context: String?, options: String?, code: String, words: String
    ) async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.diamond)
            let error = await #expect(throws: CairnError.self) {
                _ = try await database.submit(template, namespace: namespace, context: context, options: options)
            }
            #expect(error?.code.rawValue == code)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(try await database.value("select count(*) from cairn.task_details", as: Int64.self) == 0)
            #expect(try await database.value("select count(*) from cairn.task_core", as: Int64.self) == 0)
        }
    }

    @Test("the highest release is meant when no version is named, a pre-release only where there is none")
    func versions() async throws {
        try await TestDatabase.with { database in
            for version in ["1.9.0", "1.10.0", "2.0.0-rc.1", "1.2.0"] {
                try await database.register(echoTemplate("one", [("a", [])], version: version))
            }
            let id = try await database.submit("one")
            let version = try await database.value(
                "select template_version from cairn.tasks where id = \(id)", as: String.self)
            #expect(version == "1.10.0")
        }
    }

    @Test("a task keeps the version it started with, whatever is registered afterwards")
    func versionsStay() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", []), ("b", ["a"])], version: "1.0.0"))
            let old = try await database.submit("one")
            try await database.register(echoTemplate("one", [("a", []), ("c", ["a"]), ("d", ["c"])], version: "2.0.0"))
            let new = try await database.submit("one")
            func steps(_ id: Int64) async throws -> [String] {
                try await database.pool.query(
                    """
                    select t.template_version || ' ' || s.name from cairn.steps s join cairn.tasks t on t.id = s.task_id
                    where t.id = \(id) order by s.step_no
                    """, as: String.self)
            }
            #expect(try await steps(old) == ["1.0.0 a", "1.0.0 b"])
            #expect(try await steps(new) == ["2.0.0 a", "2.0.0 c", "2.0.0 d"])
        }
    }

    @Test("the same content registers again without effect; other content under a version is refused")
    func immutableVersions() async throws {
        try await TestDatabase.with { database in
            let first = try await database.register(Self.diamond)
            let again = try await database.register(Self.diamond)
            #expect(first.created && !again.created && first.id == again.id)
            let error = await #expect(throws: CairnError.self) {
                _ = try await database.register(echoTemplate("diamond", [("a", [])]))
            }
            #expect(error?.code == "version_immutable")
            #expect(try await database.value("select count(*) from cairn.template_steps", as: Int64.self) == 4)
        }
    }

    @Test("a duplicate is refused, or given the task that exists, as the caller likes")
    func duplicates() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.diamond)
            let key = #"{"idempotency_key":"k"}"#
            let first = try await database.submit("diamond", options: key)
            let error = await #expect(throws: CairnError.self) {
                _ = try await database.submit("diamond", options: key)
            }
            #expect(error?.code == .duplicateTask)
            let again = try await database.submit(
                "diamond", options: #"{"idempotency_key":"k","on_duplicate":"return"}"#)
            #expect(again == first)
            #expect(try await database.value("select count(*) from cairn.tasks", as: Int64.self) == 1)
        }
    }

    @Test("200 concurrent submits of one key make one task, and each caller gets its id")
    func oneOfMany() async throws {
        try await TestDatabase.with(connections: 16) { database in
            try await database.register(Self.diamond)
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await database.submit(
                            "diamond", options: #"{"idempotency_key":"k","on_duplicate":"return"}"#)
                    }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(try await database.value("select count(*) from cairn.tasks", as: Int64.self) == 1)
            #expect(try await database.value("select count(*) from cairn.steps", as: Int64.self) == 4)
        }
    }

    @Test("submissions of one group stand or fall together, and do not hurt other groups")
    func groups() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.diamond)
            func one(_ name: String, group: Int32, key: String? = nil) -> TaskSubmission {
                TaskSubmission(
                    namespace: "test", templateName: name,
                    options: key.map { JSONB(#"{"idempotency_key":"\#($0)"}"#) }, group: group)
            }
            let outcomes = try await database.store.submit([
                one("diamond", group: 1), one("nothing", group: 1), one("diamond", group: 2, key: "x"),
                one("diamond", group: 3, key: "x"), one("diamond", group: 3),
            ])
            var seen: [String] = []
            for outcome in outcomes {
                switch outcome {
                case .created: seen.append("created")
                case .existing: seen.append("existing")
                case .refused(let code, _, _): seen.append(code)
                }
            }
            #expect(seen == ["group_refused", "template_not_found", "created", "duplicate_task", "group_refused"])
            #expect(try await database.value("select count(*) from cairn.task_core", as: Int64.self) == 1)
            #expect(try await database.value("select count(*) from cairn.task_details", as: Int64.self) == 1)
        }
    }

    @Test("what a refused group would have made is a duplicate of nothing: the next request of its key makes the task")
    func refusedMaker() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.diamond)
            func one(_ onDuplicate: String, group: Int32) -> TaskSubmission {
                TaskSubmission(
                    namespace: "test", templateName: "diamond",
                    options: JSONB(#"{"idempotency_key":"k","on_duplicate":"\#(onDuplicate)"}"#), group: group)
            }
            let outcomes = try await database.store.submit([
                one("reject", group: 1), one("reject", group: 1), one("return", group: 2), one("return", group: 3),
                one("reject", group: 4),
            ])
            guard case .created(let made, _) = outcomes[2], case .existing(let same) = outcomes[3] else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(made == same)
            for number in [0, 1, 4] {
                guard case .refused = outcomes[number] else {
                    Issue.record("\(outcomes[number])")
                    continue
                }
            }
            #expect(try await database.value("select array_agg(id) from cairn.tasks", as: [Int64].self) == [made])
        }
    }

    @Test("arrays of different lengths, and requests of no group, are no batch")
    func noBatch() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.diamond)
            for groups in ["array[1,2]", "array[null]::integer[]", "'{}'"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await database.pool.execute(
                        """
                        select cairn.submit_tasks(\(unescaped: groups), array['test'], array['diamond'],
                          array[null]::jsonb[], array[null]::jsonb[])
                        """)
                }
                #expect(error?.sqlState == "CN400")
            }
        }
    }

    @Test("a whole number may be written as 1.0")
    func wholeNumber() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.diamond)
            _ = try await database.submit("diamond", options: #"{"priority":1.0}"#)
            #expect(try await database.value("select priority from cairn.tasks", as: Int16.self) == 1)
        }
    }

    @Test("submit_task works inside the caller's own transaction, and goes with it")
    func inTransaction() async throws {
        try await TestDatabase.with { database in
            try await database.register(Self.diamond)
            struct Undo: Error {}
            await #expect(throws: Undo.self) {
                try await database.pool.withTransaction { transaction in
                    let id = try await transaction.queryFirst(
                        "select cairn.submit_task('test', 'diamond', '{\"n\": 1}')", as: Int64.self)
                    #expect(id == 1)
                    throw Undo()
                }
            }
            #expect(try await database.value("select count(*) from cairn.tasks", as: Int64.self) == 0)
            #expect(try await database.value("select count(*) from cairn.step_history", as: Int64.self) == 0)
            let error = await #expect(throws: PostgresError.self) {
                try await database.pool.execute("select cairn.submit_task('test', 'nothing')")
            }
            #expect(error?.sqlState == "CN404")
        }
    }

    @Test("a task with a time to start waits for it, and starts then")
    func runAt() async throws {
        try await TestDatabase.with(connections: 1) { database in
            try await database.register(Self.diamond)
            let id = try await database.submit("diamond", options: #"{"run_at":"2200-01-01T00:00:00Z"}"#)
            #expect(try await database.store.sweep().startedTasks == 0)
            #expect(try await database.value("select state::text from cairn.tasks where id = \(id)") == "pending")
            try await database.pool.execute("select set_config('cairn.clock_offset', '200 years', false)")
            #expect(try await database.store.sweep().startedTasks == 1)
            let path = try await database.value(
                "select path::text from cairn.task_history where task_id = \(id) order by id desc limit 1",
                as: String.self)
            #expect(path == "{pending,initializing,enqueuing_steps,steps_in_process}")
        }
    }

    @Test(
        "the context is held to the template's input_schema",
        arguments: [
            (#"{"type":"object","required":["id"]}"#, "{}", "/context must have the member \"id\""),
            (#"{"properties":{"id":{"type":"integer"}}}"#, #"{"id":1.5}"#, "/context/id must be integer, not number"),
            (#"{"properties":{"id":{"type":"integer"}}}"#, #"{"id":2.0}"#, nil),
            (#"{"additionalProperties":false}"#, #"{"a/b":1}"#, "/context/a~1b is not a known member"),
            (#"{"properties":{"x":{"enum":[1,[1,2]]}}}"#, #"{"x":[1]}"#, "/context/x must be one of"),
            (#"{"properties":{"x":{"enum":[1,[1,2]]}}}"#, #"{"x":[1,2]}"#, nil),
            (#"{"properties":{"x":{"items":{"maximum":3}}}}"#, #"{"x":[1,9]}"#, "/context/x/1 must be at most 3"),
            (#"{"properties":{"x":{"pattern":"^a+$"}}}"#, #"{"x":"ab"}"#, "/context/x must match the pattern ^a+$"),
            (#"{"properties":{"x":{"oneOf":[{"type":"string"},{"minimum":3}]}}}"#, #"{"x":2}"#, "exactly one"),
            (#"{"properties":{"x":{"not":{"const":1}}}}"#, #"{"x":1}"#, "must not satisfy"),
            (#"{"properties":{"x":{"uniqueItems":true}}}"#, #"{"x":[1,1.0]}"#, "must not have an item twice"),
            (#"{"properties":{"x":{"multipleOf":0.1}}}"#, #"{"x":0.3}"#, nil),
            (#"{"minProperties":1}"#, "{}", "at least 1 members"),
            (#"{"properties":{"x":false}}"#, #"{"x":1}"#, "/context/x is not allowed"),
        ] as [(String, String, String?)])
    func inputSchema(schema: String, context: String, words: String?) async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])], extra: #","input_schema":\#(schema)"#))
            if let words {
                let error = await #expect(throws: CairnError.self) {
                    _ = try await database.submit("one", context: context)
                }
                #expect(error?.code == "invalid_context")
                #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
                #expect(try await database.value("select count(*) from cairn.tasks", as: Int64.self) == 0)
            } else {
                _ = try await database.submit("one", context: context)
            }
        }
    }
}
