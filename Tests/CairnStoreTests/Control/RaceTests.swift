import CairnStore
import Postgres
import TestSupport
import Testing

/// The tasks have two steps, `a` and `b < a`, and an open dead letter, 1.
@Suite("An operator who meets a worker", .timeLimit(.minutes(2))) struct RaceTests {
    private func withTask(_ body: (Scene, Int64) async throws -> Void) async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a", "b < a"])
            let id = try await scene.database.submit("t")
            try await scene.call("open_dead_letter(\(id), 'ada', 'look at it')")
            try await body(scene, id)
        }
    }

    private func judge(_ race: Race, _ answer: String, _ scene: Scene, _ task: Int64) async throws {
        #expect(answer == race.answer)
        #expect(try await scene.states(task) == race.states)
        #expect(try await scene.miscounted() == [])
        #expect(try await scene.broken() == [])
    }

    private static let bulk = #"{"done": 1, "next": null, "refused": []}"#

    @Test(
        "while it claims a step waits for the claim, and acts on a step that runs",
        arguments: [
            Race(call: "cancel_task(%)", answer: "cancelling", states: "steps_in_process: a in_progress, b cancelled"),
            Race(
                call: "resolve_step(%, 'a')", answer: "",
                states: "steps_in_process: a resolved_manually, b enqueued", next: "b", refused: 1),
            Race(
                call: "complete_step(%, 'a', '1')", answer: "", states: "steps_in_process: a complete, b enqueued",
                next: "b", refused: 1),
            Race(
                call: "reset_step(%, 'a')", answer: "CN409 illegal_transition",
                states: "steps_in_process: a in_progress, b pending", next: "b"),
            Race(
                call: "rerun_step(%, 'a'; downstream => true)", answer: "CN409 illegal_transition",
                states: "steps_in_process: a in_progress, b pending", next: "b"),
            Race(
                call: "set_task_priority(%, 5)", answer: "", states: "steps_in_process: a in_progress, b pending",
                next: "b"),
            Race(
                call: "resolve_dead_letter(1, 'cancel')", answer: "",
                states: "steps_in_process: a in_progress, b cancelled"),
            Race(
                call: #"bulk_action('cancel', '{"template_name": "t"}')"#, answer: bulk,
                states: "steps_in_process: a in_progress, b cancelled"),
            Race(
                call: #"bulk_action('resolve_step', '{"step": "a"}')"#, answer: bulk,
                states: "steps_in_process: a resolved_manually, b enqueued", next: "b", refused: 1),
            // These need no step that stands still.
            Race(
                call: "retry_task(%)", answer: "CN409 nothing_to_retry",
                states: "steps_in_process: a in_progress, b pending", next: "b", waits: false),
            Race(
                call: "resolve_task(%)", answer: "CN409 illegal_transition",
                states: "steps_in_process: a in_progress, b pending", next: "b", waits: false),
            Race(
                call: "resolve_dead_letter(1, 'close')", answer: "",
                states: "steps_in_process: a in_progress, b pending", next: "b", waits: false),
        ])
    func claimFirst(race: Race) async throws {
        try await withTask { scene, id in
            let answer = try await scene.race(scene.claiming(), waits: race.waits) {
                try await scene.call(race.sql(id))
            }
            try await judge(race, answer, scene, id)
            // The worker's own end of it: its report counts, unless the step was settled by hand.
            let late = Settlement(
                taskID: id, stepNo: 1, attempt: 1, outcome: .succeeded, payload: JSONB("1"))
            let reply = try await scene.database.store.exchange(
                ExchangeRequest(workerID: scene.worker, settlements: [late], want: 0))
            #expect(reply.refused.count == race.refused)
            #expect(try await scene.claimedNames() == race.next)
            #expect(try await scene.miscounted() == [])
            let attempts = try await scene.texts(
                "select attempt || ' ' || outcome from cairn.step_attempts where task_id = \(id) order by attempt")
            #expect(attempts.first == (race.refused == 1 || race.next.isEmpty ? "1 cancelled" : "1 succeeded"))
        }
    }

    @Test(
        "while it settles a step with success waits for that, and finds the step complete",
        arguments: [
            Race(call: "cancel_task(%)", answer: "cancelled", states: "cancelled: a complete, b cancelled"),
            .unlocking("resolve_step(%, 'a')", answer: "CN409 illegal_transition"),
            .unlocking("complete_step(%, 'a', '1')", answer: "CN409 illegal_transition"),
            .unlocking("reset_step(%, 'a')", answer: "CN409 illegal_transition"),
            .unlocking("rerun_step(%, 'a')", answer: "CN409 downstream_has_begun"),
            .unlocking("rerun_step(%, 'a'; downstream => true)", answer: "CN409 downstream_running"),
            Race(
                call: "set_task_priority(%, 5)", answer: "", states: "steps_in_process: a complete, b enqueued",
                next: "b"),
            .unlocking("retry_task(%)", answer: "CN409 nothing_to_retry"),
            .unlocking("resolve_task(%)", answer: "CN409 illegal_transition"),
            Race(
                call: "resolve_dead_letter(1, 'cancel')", answer: "", states: "cancelled: a complete, b cancelled"),
            Race(
                call: #"bulk_action('cancel', '{"template_name": "t"}')"#, answer: bulk,
                states: "cancelled: a complete, b cancelled"),
        ])
    func successFirst(race: Race) async throws {
        try await withTask { scene, id in
            _ = try await scene.claim(1)
            let answer = try await scene.race(scene.settling(id, "succeeded")) { try await scene.call(race.sql(id)) }
            try await judge(race, answer, scene, id)
            #expect(try await scene.claimedNames() == race.next)
        }
    }

    @Test(
        "while it settles a step as failed waits for that, and finds the failure",
        arguments: [
            Race(call: "cancel_task(%)", answer: "CN409 task_ended", states: "error: a error, b pending"),
            .unlocking("resolve_step(%, 'a')", a: "resolved_manually"),
            Race(
                call: "complete_step(%, 'a', '1')", answer: "", states: "steps_in_process: a complete, b enqueued",
                next: "b"),
            .again("reset_step(%, 'a')"),
            .again("rerun_step(%, 'a')"),
            .again("rerun_step(%, 'a'; downstream => true)"),
            Race(call: "set_task_priority(%, 5)", answer: "", states: "error: a error, b pending"),
            .again("retry_task(%)", answer: "1"),
            Race(call: "resolve_task(%)", answer: "", states: "resolved_manually: a error, b cancelled"),
            .again("resolve_dead_letter(1, 'retry')"),
            .again(#"bulk_action('retry', '{"template_name": "t"}')"#, answer: bulk),
        ])
    func failureFirst(race: Race) async throws {
        try await withTask { scene, id in
            _ = try await scene.claim(1)
            let answer = try await scene.race(scene.settling(id, "permanent")) { try await scene.call(race.sql(id)) }
            try await judge(race, answer, scene, id)
            #expect(try await scene.claimedNames() == race.next)
        }
    }

    @Test(
        "and has not committed is not waited for by a claim, which passes the step over",
        arguments: [
            Race(call: "cancel_task(%)", answer: "", states: "cancelled: a cancelled, b cancelled"),
            .unlocking("resolve_step(%, 'a')", a: "resolved_manually"),
            Race(
                call: "complete_step(%, 'a', '1')", answer: "", states: "steps_in_process: a complete, b enqueued",
                next: "b"),
            Race(
                call: "set_task_priority(%, 5)", answer: "", states: "steps_in_process: a enqueued, b pending",
                next: "a"),
            Race(
                call: "resolve_dead_letter(1, 'cancel')", answer: "", states: "cancelled: a cancelled, b cancelled"),
            Race(
                call: #"bulk_action('cancel', '{"template_name": "t"}')"#, answer: "",
                states: "cancelled: a cancelled, b cancelled"),
        ])
    func claimSecond(race: Race) async throws {
        try await withTask { scene, id in
            let claimed = try await scene.race("select cairn.\(race.sql(id))", waits: false) {
                try await scene.claimedNames()
            }
            try await judge(race, claimed, scene, id)
            #expect(try await scene.claimedNames() == race.next)
        }
    }

    @Test(
        "and has not committed new attempts is not waited for by a claim, which finds the step afterwards",
        arguments: [
            .again("retry_task(%)"),
            .again("reset_step(%, 'a')"),
            .again("rerun_step(%, 'a')"),
            .again("rerun_step(%, 'a'; downstream => true)"),
            Race(call: "resolve_task(%)", answer: "", states: "resolved_manually: a error, b cancelled"),
            .again("resolve_dead_letter(1, 'retry')"),
            .again(#"bulk_action('reset_step', '{"step": "a"}')"#),
        ])
    func claimOfFailedSecond(race: Race) async throws {
        try await withTask { scene, id in
            try await scene.settle(try await scene.claim(1), .permanent)
            let claimed = try await scene.race("select cairn.\(race.sql(id))", waits: false) {
                try await scene.claimedNames()
            }
            try await judge(race, claimed, scene, id)
            #expect(try await scene.claimedNames() == race.next)
        }
    }

    @Test(
        "and has not committed is waited for by a settle, which counts, or is refused when the step was settled by hand",
        arguments: [
            Race(call: "cancel_task(%)", answer: "", states: "cancelled: a cancelled, b cancelled"),
            Race(
                call: "resolve_step(%, 'a')", answer: "",
                states: "steps_in_process: a resolved_manually, b enqueued", next: "b", refused: 1),
            Race(
                call: "complete_step(%, 'a', '1')", answer: "", states: "steps_in_process: a complete, b enqueued",
                next: "b", refused: 1),
            Race(
                call: "set_task_priority(%, 5)", answer: "", states: "steps_in_process: a complete, b enqueued",
                next: "b"),
            Race(
                call: "resolve_dead_letter(1, 'cancel')", answer: "", states: "cancelled: a cancelled, b cancelled"),
            Race(
                call: #"bulk_action('complete_step', '{"step": "a"}')"#, answer: "",
                states: "steps_in_process: a complete, b enqueued", next: "b", refused: 1),
        ])
    func settleSecond(race: Race) async throws {
        try await withTask { scene, id in
            let claimed = try await scene.claim(1)
            let refused = try await scene.race("select cairn.\(race.sql(id))") { try await scene.settle(claimed) }
            #expect(refused.count == race.refused)
            try await judge(race, "", scene, id)
            #expect(try await scene.claimedNames() == race.next)
        }
    }

    @Test(
        "and has not committed new attempts is not waited for by a settle of the old one, which is refused at once",
        arguments: [
            "retry_task(%)", "reset_step(%, 'a')", "rerun_step(%, 'a')", "rerun_step(%, 'a'; downstream => true)",
            "resolve_dead_letter(1, 'retry')", #"bulk_action('retry', '{"template_name": "t"}')"#,
        ])
    func lateSettle(call: String) async throws {
        try await withTask { scene, id in
            let claimed = try await scene.claim(1)
            try await scene.settle(claimed, .permanent)
            let race = Race(call: call, answer: "", states: "steps_in_process: a enqueued, b pending", refused: 1)
            let refused = try await scene.race("select cairn.\(race.sql(id))", waits: false) {
                try await scene.settle(claimed)
            }
            #expect(refused.count == 1)
            try await judge(race, "", scene, id)
            let again = try await scene.claim()
            #expect(again.map(\.attempt) == [2])
        }
    }

    @Test("who settles another step of the task while steps run again loses neither")
    func settleBesideRerun() async throws {
        try await Scene.withSessions { scene in
            try await scene.register(["a", "b < a", "c"])
            let id = try await scene.database.submit("t")
            let claimed = try await scene.claim(2)
            try await scene.settle([claimed[0]])
            try await scene.settle(try await scene.claim(1))
            #expect(try await scene.states(id) == "steps_in_process: a complete, b complete, c in_progress")
            let race = Race(call: "rerun_step(%, 'a'; downstream => true)", answer: "", states: "")
            let refused = try await scene.race("select cairn.\(race.sql(id))") { try await scene.settle([claimed[1]]) }
            #expect(refused.isEmpty)
            #expect(try await scene.states(id) == "steps_in_process: a enqueued, b pending, c complete")
            #expect(try await scene.miscounted() == [])
            try await scene.work()
            #expect(try await scene.states(id) == "complete: a complete, b complete, c complete")
        }
    }

    @Test("who resolves a task finds its step waiting for a retry, and its worker's second report is refused")
    func resolveTask() async throws {
        try await withTask { scene, id in
            let claimed = try await scene.claim(1)
            let first = try await scene.race(scene.settling(id, "retryable")) {
                try await scene.call("resolve_task(\(id), 'ada', 'done elsewhere')")
            }
            #expect(first == "")
            #expect(try await scene.states(id) == "resolved_manually: a cancelled, b cancelled")
            #expect(try await scene.settle(claimed).count == 1)
            #expect(try await scene.miscounted() == [])
        }
    }
}
