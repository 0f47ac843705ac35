import CairnStore
import Foundation
import Postgres
import TestSupport
import Testing

@testable import chaos

@Suite struct OutcomesTests {
    /// One task of one step that has succeeded, and what is said of it.
    private func rules(
        _ flow: Flow, effects lines: (Int64) -> [String], cancellation: Ledger.Cancellation = .none,
        isKnown: Bool = true, hooks: (Int64) -> [HookReceiver.Hook] = { _ in [] }
    ) async throws -> [String] {
        try await TestDatabase.with { database in
            try await database.register(echoTemplate("t", [("a", [])]))
            let id = try await database.submit("t")
            let worker = try await database.worker()
            let step = try await database.store.exchange(ExchangeRequest(workerID: worker, want: 1)).claimed[0]
            _ = try await database.store.exchange(
                ExchangeRequest(
                    workerID: worker,
                    settlements: [
                        Settlement(
                            taskID: step.taskID, stepNo: step.stepNo, attempt: step.attempt, outcome: .succeeded,
                            payload: JSONB("1"))
                    ], want: 0))
            let file = FileManager.default.temporaryDirectory.appending(path: "effects-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            try lines(id).joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
            var outcomes = Outcomes(
                ledger: [
                    Ledger.Entry(
                        flow: flow, key: "k", taskID: isKnown ? id : id + 1, hasHook: !hooks(id).isEmpty,
                        cancellation: cancellation)
                ], effects: try Effects(file: file), hooks: hooks(id).filter { $0.posts > 0 })
            return try await outcomes.violations(in: database.store).map(\.rule)
        }
    }

    private let flow = Flow(name: "t", weight: 1, steps: [Flow.Step(name: "a")])
    private func ran(_ id: Int64) -> [String] { ["\(id) a 1 begin 1.5", "\(id) a 1 end 1.6"] }

    @Test("a hook that never came, was refused, came twice or tells of another end is found")
    func hooks() async throws {
        func hook(_ id: Int64, _ state: String = "complete", posts: Int = 1, isAccepted: Bool = true)
            -> HookReceiver.Hook
        {
            HookReceiver.Hook(taskID: id, state: state, posts: posts, isAccepted: isAccepted)
        }
        let rule = ["who asked to be told of a task's end is told, by one hook"]
        #expect(try await rules(flow, effects: ran, hooks: { [hook($0)] }) == [])
        #expect(try await rules(flow, effects: ran, hooks: { [hook($0, posts: 0)] }) == rule)
        #expect(try await rules(flow, effects: ran, hooks: { [hook($0, isAccepted: false)] }) == rule)
        #expect(try await rules(flow, effects: ran, hooks: { [hook($0), hook($0)] }) == rule)
        #expect(try await rules(flow, effects: ran, hooks: { [hook($0, "error")] }) == rule)
    }

    @Test("a step that has used up its attempts may be in error when its flow allows for that, and only then")
    func attempts() async throws {
        var few = flow
        few.attempts = 1
        #expect(few.end(of: "a", lost: nil) == "complete")
        #expect(few.end(of: "a", lost: "a") == "error")
        few.steps.append(Flow.Step(name: "b", dependsOn: ["a"]))
        #expect(few.end(of: "b", lost: "a") == "pending")
        #expect(try await rules(few, effects: ran) == [])
    }

    @Test("a task that ended as it should, with its effect, breaks no rule")
    func fine() async throws {
        #expect(try await rules(flow, effects: ran) == [])
    }

    @Test("a step without its effect, one that ran twice, and one that ran after its success are found")
    func effects() async throws {
        #expect(
            try await rules(flow) { ["\($0) a 1 begin 1.5"] } == [
                "each success is of an attempt that has done its work"
            ])
        #expect(
            try await rules(flow) { ["\($0) a 1 begin 1.5", "\($0) a 1 end 99999999999.5"] }
                == ["each success is of an attempt that has done its work"])
        #expect(try await rules(flow) { ran($0) + ran($0) } == ["no attempt runs twice"])
        #expect(
            try await rules(flow) { ran($0) + ["\($0) a 2 begin 2.5"] } == ["nothing runs that was not claimed"])
        #expect(
            try await rules(flow) { ["\($0) a 1 begin 99999999999.5", "\($0) a 1 end 99999999999.6"] }
                == ["a settled step never runs again", "each success is of an attempt that has done its work"])
    }

    @Test("an end that was not to be, a missing dead letter, and a task that nobody knows are found")
    func ends() async throws {
        var failing = flow
        failing.end = "error"
        failing.deadLetter = "poison"
        failing.steps[0].end = "error"
        #expect(
            try await rules(failing, effects: ran) == [
                "each step ends as its outcomes dictate", "each task ends as its outcomes dictate",
                "who is to be looked at has a dead letter, and nobody else",
            ])
        #expect(
            try await rules(flow, effects: ran, cancellation: .acknowledged)
                == ["each task ends as its outcomes dictate"])
        #expect(
            try await rules(flow, effects: ran, isKnown: false) == [
                "each acknowledged submit is a task, and there is no other", "every run is of a task",
            ])
    }
}
