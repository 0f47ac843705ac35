import CairnStore
import Postgres
import TestSupport
import Testing

@testable import chaos

/// A rule that finds nothing may be one that cannot: each is shown damage that it must find.
@Suite struct DatabaseRulesTests {
    /// Which rule must find what a hand does to the rows, with the triggers off.
    static let damage: [(rule: String, sql: String)] = [
        (
            "no task or step rests where somebody else would have to move it",
            "update cairn.step_core set state = 'in_progress', prev_state = state where step_no = 2"
        ),
        ("the counters of each task equal a recount", "update cairn.task_core set open_steps = open_steps + 1"),
        (
            "the history of each task and step begins at its birth, has no gap, and ends where the row is",
            "delete from cairn.step_history where step_no = 1 and to_state = 'in_progress'"
        ),
        (
            "the history of each task and step begins at its birth, has no gap, and ends where the row is",
            "delete from cairn.task_history"
        ),
        (
            "every row of the history goes along legal transitions",
            "update cairn.step_history set path = '{complete,in_progress}' where step_no = 1 and event = 'start'"
        ),
        (
            "the hash chain of each task is whole",
            "update cairn.step_history set at = at - interval '1 second' where step_no = 1 and event = 'start'"
        ),
        (
            "a step starts only when all that it depends on has ended",
            "update cairn.step_history set id = -id where step_no = 2"
        ),
        (
            "a step that has succeeded never ran again, and each attempt has one row",
            "update cairn.step_core set attempt = attempt + 1, prev_state = state where step_no = 1"
        ),
        (
            "a step that has succeeded never ran again, and each attempt has one row",
            "delete from cairn.step_attempts where step_no = 2"
        ),
        (
            "nothing had to be repaired",
            "insert into cairn.operator_actions (at, action, actor, reason, role) values (now(), 'repair_task', 'cairn', 'x', 'x')"
        ),
        (
            "who asked to be told of a task's end is told once",
            "insert into cairn.hooks (task_id, url, task_state, ended_at) select task_id, url, task_state, ended_at from cairn.hooks"
        ),
        ("every hook is delivered", "update cairn.hooks set state = 'dead'"),
    ]

    @Test("each rule finds the damage that it is there for, and nothing before", arguments: damage)
    func finds(rule: String, sql: String) async throws {
        try await TestDatabase.with { database in
            try await database.store.pool.execute("select cairn.set_hash_chain(true, 'test', 'test')")
            try await database.register(echoTemplate("t", [("a", []), ("b", ["a"])]))
            _ = try await database.submit("t", options: #"{"callback_url": "https://example.com/"}"#)
            let worker = try await database.worker()
            var settlements: [Settlement] = []
            for _ in 0..<3 {
                let answer = try await database.store.exchange(
                    ExchangeRequest(workerID: worker, settlements: settlements, want: 1))
                settlements = answer.claimed.map {
                    Settlement(
                        taskID: $0.taskID, stepNo: $0.stepNo, attempt: $0.attempt, outcome: .succeeded,
                        payload: JSONB("1"))
                }
            }
            try await database.pool.execute(
                "select cairn.settle_hook(h.id, h.attempt, 204) from cairn.claim_hooks() h")
            #expect(try await DatabaseRules.violations(in: database.store).isEmpty)
            try await database.pool.withConnection { connection in
                try await connection.runScript("set session_replication_role = replica; \(sql)")
            }
            #expect(try await DatabaseRules.violations(in: database.store).map(\.rule).contains(rule))
        }
    }

    @Test("every rule is shown some damage")
    func complete() {
        #expect(Set(Self.damage.map(\.rule)) == Set(DatabaseRules.all.map(\.rule)))
    }
}
