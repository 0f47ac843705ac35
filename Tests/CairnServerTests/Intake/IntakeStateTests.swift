import CairnOrchestrator
import CairnStore
import Postgres
import Testing

@Suite struct IntakeStateTests {
    private func request(_ count: Int, reply: Int = 0, bytes: Int = 0, groups: [Int32]? = nil) -> IntakeRequest<Int> {
        IntakeRequest(
            (0..<count).map { index in
                TaskSubmission(
                    namespace: "n", templateName: "t",
                    context: bytes == 0 ? nil : JSONB(bytes: Array(repeating: 0x20, count: bytes)),
                    group: groups?[index] ?? 0)
            }, reply: reply)
    }

    private func sent(_ action: IntakeState<Int>.NextAction) -> [Int]? {
        if case .send(let requests) = action { requests.map(\.reply) } else { nil }
    }

    @Test func `the first starts, those that come meanwhile go together`() {
        var state = IntakeState<Int>()
        #expect(state.add(request(1, reply: 1)) == .start)
        #expect(sent(state.next()) == [1])
        #expect(state.add(request(1, reply: 2)) == .wait)
        #expect(state.add(request(1, reply: 3)) == .wait)
        #expect(sent(state.next()) == [2, 3])
        #expect(sent(state.next()) == nil)
        #expect(state.add(request(1, reply: 4)) == .start)
    }

    @Test func `a full queue refuses, a huge request is taken alone`() {
        var state = IntakeState<Int>(limits: IntakeLimits(queuedSubmissions: 2, queuedBytes: 100))
        #expect(state.add(request(5)) == .start)
        #expect(state.add(request(1)) == .refuse)
        _ = state.next()
        #expect(state.add(request(1, bytes: 60)) == .wait)
        #expect(state.add(request(1, bytes: 60)) == .refuse)
        #expect(state.add(request(1)) == .wait)
        #expect(state.add(request(1)) == .refuse)
    }

    @Test func `a statement takes whole requests up to its limits`() {
        var state = IntakeState<Int>(limits: IntakeLimits(statementSubmissions: 4, statementBytes: 100))
        for (reply, count) in [3, 1, 1, 9, 1].enumerated() { _ = state.add(request(count, reply: reply)) }
        #expect(sent(state.next()) == [0, 1])
        #expect(sent(state.next()) == [2])
        #expect(sent(state.next()) == [3])
        #expect(sent(state.next()) == [4])
    }

    @Test func `closing sends what waits and takes nothing more`() {
        var state = IntakeState<Int>()
        _ = state.add(request(1, reply: 1))
        state.close()
        #expect(state.add(request(1)) == .closed)
        #expect(sent(state.next()) == [1])
        guard case .finish = state.next() else { return #expect(Bool(false), "not finished") }
    }

    @Test func `groups of different requests stay apart`() {
        let gathered = [request(2, groups: [0, 0]), request(3, groups: [5, 0, 5]), request(1)].gathered()
        #expect(gathered.map(\.group) == [0, 0, 1, 2, 1, 3])
    }

    @Test func `failures are retried by their kind`() {
        func server(_ state: String) -> PostgresError { PostgresError(code: .server, message: "", sqlState: state) }
        func lost(_ code: PostgresError.Code) -> PostgresError { PostgresError(code: code, message: "") }
        #expect(IntakeRetry(after: server("22003"), attempt: 1, requests: 2) == .oneByOne)
        #expect(IntakeRetry(after: server("22003"), attempt: 1, requests: 1) == .giveUp)
        #expect(IntakeRetry(after: server("40P01"), attempt: 1, requests: 1) == .again)
        #expect(IntakeRetry(after: server("53300"), attempt: 1, requests: 2) == .giveUp)
        #expect(IntakeRetry(after: lost(.notSent), attempt: 1, requests: 2) == .again)
        #expect(IntakeRetry(after: lost(.notSent), attempt: 2, requests: 2) == .giveUp)
        #expect(IntakeRetry(after: lost(.outcomeUnknown), attempt: 1, requests: 2) == .giveUp)
    }
}
