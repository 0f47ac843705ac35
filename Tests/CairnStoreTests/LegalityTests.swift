import CairnModel
import CairnStore
import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct LegalityTests {
    @Test("the transitions in the database are those of docs/state-machines.json, no more and no fewer")
    func transitions() async throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/state-machines.json")
        let document = try JSON.parse(Array(Data(contentsOf: file)))
        var expected: Set<String> = []
        for machine in ["task", "step"] {
            for transition in document[machine]?["transitions"]?.arrayValue ?? [] {
                let event = transition["event"]?.stringValue ?? ""
                let to = transition["to"]?.stringValue ?? ""
                let froms = transition["from"]?.arrayValue?.map { $0.stringValue } ?? [transition["from"]?.stringValue]
                for from in froms { expected.insert("\(machine) \(event) \(from ?? "-") \(to)") }
            }
        }
        #expect(expected.count > 60)
        try await TestDatabase.with { database in
            let rows = try await database.pool.query(
                "select machine || ' ' || event || ' ' || coalesce(from_state, '-') || ' ' || to_state from cairn.transitions",
                as: String.self)
            #expect(Set(rows) == expected)
        }
    }

    @Test(
        "every change of a state that is no listed move is refused, also to a superuser",
        arguments: [("task", "task_core", "id"), ("step", "step_core", "task_id")])
    func illegal(machine: String, table: String, key: String) async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let id = try await database.submit("one")
            let states = try await database.pool.query(
                "select unnest(enum_range(null::cairn.\(unescaped: machine)_state))::text", as: String.self)
            let events = try await database.pool.query(
                "select unnest(enum_range(null::cairn.\(unescaped: machine)_event))::text", as: String.self)
            let moves = Set(
                try await database.pool.query(
                    "select from_state || ' ' || to_state || ' ' || event from cairn.moves where machine = \(machine) and not created",
                    as: String.self))
            // The row is put into each state with the triggers off, so that each change is tried from each state.
            let outcome = try await database.pool.withConnection { connection in
                var accepted: Set<String> = []
                for from in states {
                    for to in states where to != from {
                        for event in events {
                            do {
                                try await connection.runScript(
                                    """
                                    begin;
                                    alter table cairn.\(table) disable trigger user;
                                    update cairn.\(table) set state = '\(from)', prev_state = '\(from)' where \(key) = \(id);
                                    alter table cairn.\(table) enable trigger user;
                                    update cairn.\(table) set prev_state = state, state = '\(to)', event = '\(event)' where \(key) = \(id);
                                    rollback;
                                    """)
                                accepted.insert("\(from) \(to) \(event)")
                            } catch let error as PostgresError {
                                #expect(error.sqlState == "CN409", "\(error)")
                                try await connection.runScript("rollback")
                            }
                        }
                    }
                }
                return accepted
            }
            #expect(outcome == moves)
            #expect(!moves.isEmpty)
        }
    }

    @Test(
        "a row that begins its life in any other way than by a listed move is refused",
        arguments: [("task", "task_core"), ("step", "step_core")], [true, false])
    func illegalBirth(machine: (name: String, table: String), namesEntry: Bool) async throws {
        let (machine, table) = machine
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            _ = try await database.submit("one")
            let births = Set(
                try await database.pool.query(
                    "select to_state || ' ' || event from cairn.moves where machine = \(machine) and created",
                    as: String.self))
            let born = try await database.pool.withConnection { connection in
                var born: Set<String> = []
                let kinds = try await connection.query(
                    """
                    select s::text, e::text from unnest(enum_range(null::cairn.\(unescaped: machine)_state)) s,
                      unnest(enum_range(null::cairn.\(unescaped: machine)_event)) e
                    """, as: (String, String).self)
                // But for those that PostgreSQL fills in.
                let columns = try await connection.query(
                    """
                    select attname::text from pg_attribute
                    where attrelid = \("cairn." + table)::regclass and attnum > 0 and attgenerated = ''
                    """, as: String.self
                ).joined(separator: ", ")
                let first = machine == "task" ? "start steps_in_process" : "enqueue enqueued"
                for (state, event) in kinds {
                    do {
                        // A copy of a row that is there, under a key that is free.
                        try await connection.runScript(
                            """
                            begin;
                            create temp table copy on commit drop as select * from cairn.\(table);
                            update copy set state = '\(state)', event = '\(event)', prev_state = null;
                            update copy set \(machine == "task" ? "id = id + 1" : "task_id = task_id + 1");
                            \(namesEntry ? "" : "update copy set history_id = null;")
                            insert into cairn.\(table) (\(columns)) select \(columns) from copy;
                            """)
                        let entries = try await connection.query(
                            """
                            select event || ' ' || to_state from cairn.\(unescaped: machine)_history
                            where task_id = (select max(task_id) from cairn.\(unescaped: machine)_history)
                            """, as: String.self)
                        // Who names an entry has written it.
                        #expect(entries == [namesEntry ? first : "\(event) \(state)"])
                        try await connection.runScript("rollback")
                        born.insert("\(state) \(event)")
                    } catch let error as PostgresError {
                        #expect(error.sqlState == "CN409", "\(error)")
                        try await connection.runScript("rollback")
                    }
                }
                return born
            }
            #expect(born == births)
            #expect(!births.isEmpty)
        }
    }

    @Test("a new row that names a state before is refused", arguments: ["task_core", "step_core"])
    func notNew(table: String) async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            _ = try await database.submit("one")
            let number = table == "task_core" ? "id" : "task_id"
            let columns = try await database.pool.query(
                """
                select attname::text from pg_attribute
                where attrelid = \("cairn." + table)::regclass and attnum > 0 and attgenerated = ''
                  and attname not in (\(number), 'prev_state')
                """, as: String.self
            ).joined(separator: ", ")
            let error = await #expect(throws: PostgresError.self) {
                try await database.pool.runScript(
                    """
                    insert into cairn.\(table) (\(number), prev_state, \(columns))
                    select \(number) + 1, state, \(columns) from cairn.\(table)
                    """)
            }
            #expect(error?.sqlState == "CN409")
            #expect(error?.message.contains("what is new has no prev_state") == true, "\(error?.message ?? "")")
        }
    }

    @Test("an update that does not name the state it found, or changes a number, is refused")
    func careless() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let id = try await database.submit("one")
            for statement in [
                "update cairn.step_core set state = 'complete' where task_id = \(id)",
                "update cairn.step_core set state = 'in_progress', event = 'start' where task_id = \(id)",
                "update cairn.task_core set state = 'complete' where id = \(id)",
                // Another number would leave the history behind.
                "update cairn.task_core set prev_state = state, id = -1 where id = \(id)",
                "update cairn.step_core set prev_state = state, step_no = 7 where task_id = \(id)",
                "update cairn.step_core set prev_state = state, task_id = -1 where task_id = \(id)",
            ] {
                let error = await #expect(throws: PostgresError.self) {
                    try await database.pool.execute(PostgresQuery(unescaped: statement))
                }
                #expect(error?.sqlState == "CN409")
            }
            #expect(try await database.value("select state::text from cairn.task_core") == "steps_in_process")
        }
    }

    @Test(
        "the history is append-only for every role, also when a partition is named",
        arguments: ["task_history", "step_history"])
    func appendOnly(table: String) async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            _ = try await database.submit("one")
            let partitions = try await database.pool.query(
                "select inhrelid::regclass::text from pg_inherits where inhparent = \("cairn." + table)::text::regclass",
                as: String.self)
            #expect(partitions.count >= 5)
            for name in ["cairn.\(table)"] + partitions {
                for statement in ["update \(name) set reason = 'x'", "delete from \(name)", "truncate \(name)"] {
                    let error = await #expect(throws: PostgresError.self, "\(statement)") {
                        try await database.pool.execute(PostgresQuery(unescaped: statement))
                    }
                    #expect(error?.sqlState == "CN403")
                }
            }
        }
    }

    @Test("the state of a task follows from its counters by a total table")
    func derived() async throws {
        try await TestDatabase.with { database in
            // The first line that fits decides: open, active, retrying, delayed, failed, blocking, ending; `+` is above
            // zero, `*` anything. `failed` counts `blocking` too.
            let table: [(counters: String, ending: String?, state: String)] = [
                ("*0****", "cancelled", "cancelled"), ("*0****", "error", "error"),
                ("*+****", nil, "steps_in_process"), ("**+***", nil, "waiting_for_retry"),
                ("***+**", nil, "waiting_for_dependencies"), ("****+0", nil, "error"),
                ("****++", nil, "blocked_by_failures"), ("0*****", nil, "complete"),
                ("******", nil, "waiting_for_dependencies"),
            ]
            for bits in 0..<64 {
                let counters = (0..<6).map { Int32(bits >> $0 & 1) }
                if counters[5] > counters[4] { continue }
                for ending in [nil, "cancelled", "error"] as [String?] {
                    let expected = table.first { line in
                        (line.ending == nil || line.ending == ending)
                            && zip(line.counters, counters).allSatisfy { $0 == "*" || ($0 == "+") == ($1 > 0) }
                    }
                    let derived = try await database.value(
                        """
                        select cairn.derive_task_state(\(counters[0]), \(counters[1]), \(counters[2]), \(counters[3]),
                          \(counters[4]), \(counters[5]), \(ending)::text::cairn.task_state)::text
                        """, as: String.self)
                    #expect(derived == expected?.state, "\(counters) \(ending ?? "-")")
                }
            }
            let mixed = try await database.value(
                "select cairn.derive_task_state(0, 0, 0, 0, 2, 1, null)::text", as: String.self)
            #expect(mixed == "error", "one failure ends the task, whatever the other would wait for")
        }
    }

    @Test("templates cannot be changed once registered")
    func immutableTemplates() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            for statement in [
                "update cairn.templates set description = 'x'", "delete from cairn.template_steps",
                "truncate cairn.templates cascade",
            ] {
                let error = await #expect(throws: PostgresError.self, "\(statement)") {
                    try await database.pool.execute(PostgresQuery(unescaped: statement))
                }
                #expect(error?.sqlState == "CN403")
            }
        }
    }
}
