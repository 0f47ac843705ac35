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

    @Test("an update that does not name the state it found is refused")
    func careless() async throws {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("one", [("a", [])]))
            let id = try await database.submit("one")
            for statement in [
                "update cairn.step_core set state = 'complete' where task_id = \(id)",
                "update cairn.step_core set state = 'in_progress', event = 'start' where task_id = \(id)",
                "update cairn.task_core set state = 'complete' where id = \(id)",
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
            let wrong = try await database.value(
                """
                select count(*) from generate_series(0, 3) open, generate_series(0, 3) active, generate_series(0, 3) retrying,
                  generate_series(0, 3) failed
                where cairn.derive_task_state(open, active, retrying, failed) is distinct from
                  (array['steps_in_process', 'waiting_for_retry', 'error', 'complete', 'waiting_for_dependencies'])[
                    case when active > 0 then 1 when retrying > 0 then 2 when failed > 0 then 3 when open = 0 then 4 else 5 end
                  ]::cairn.task_state
                """, as: Int64.self)
            #expect(wrong == 0)
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
