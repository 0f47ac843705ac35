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

    /// A request for one key.
    private func request(key: String, reply: Int) -> IntakeRequest<Int> {
        IntakeRequest([TaskSubmission(namespace: "n", templateName: "t", key: key)], reply: reply)
    }

    private func sent(_ action: IntakeState<Int>.NextAction) -> [Int]? {
        if case .send(let statement) = action { statement.requests.map(\.reply) } else { nil }
    }

    /// What is sent next.
    private func next(_ state: inout IntakeState<Int>) throws -> IntakeStatement<Int> {
        guard case .send(let statement) = state.next() else { throw NothingNext() }
        return statement
    }

    private struct NothingNext: Error {}

    /// An intake with one statement of many at a time.
    private func single() -> IntakeState<Int> { IntakeState(limits: IntakeLimits(statements: 1)) }

    @Test func `the first start, those that come meanwhile go together`() throws {
        var state = IntakeState<Int>()
        #expect(state.add(request(1, reply: 1), at: .zero) == .start)
        let first = try next(&state)
        #expect(state.add(request(1, reply: 2), at: .zero) == .start)
        #expect(sent(state.next()) == [2])
        #expect(state.add(request(1, reply: 3), at: .zero) == .wait)
        #expect(state.add(request(1, reply: 4), at: .zero) == .wait)
        #expect(sent(state.next()) == nil)
        #expect(state.ended(first, .answered, at: .zero).isEmpty)
        #expect(sent(state.next()) == [3, 4])
        #expect(sent(state.next()) == nil)
    }

    @Test func `a statement starts beside another for as many requests as that has, or for many`() throws {
        var state = IntakeState<Int>(limits: IntakeLimits(gathered: 4))
        _ = state.add(request(1000, reply: 1), at: .zero)
        let large = try next(&state)
        // A single large request keeps nobody waiting.
        for reply in 2...4 { #expect(state.add(request(1, reply: reply), at: .zero) == .start) }
        let three = try next(&state)
        #expect(three.requests.count == 3)
        _ = state.ended(large, .answered, at: .zero)
        for reply in 5...6 { #expect(state.add(request(1, reply: reply), at: .zero) == .wait) }
        #expect(sent(state.next()) == nil)
        #expect(state.add(request(1, reply: 7), at: .zero) == .start)
        let beside = try next(&state)
        #expect(beside.requests.map(\.reply) == [5, 6, 7])
        _ = state.ended(three, .answered, at: .zero)
        for reply in 8...12 { _ = state.add(request(1, reply: reply), at: .zero) }
        #expect(sent(state.next()) == [8, 9, 10, 11, 12])
        _ = state.ended(beside, .answered, at: .zero)
        // Five are in flight, and four are many.
        for reply in 13...15 { #expect(state.add(request(1, reply: reply), at: .zero) == .wait) }
        #expect(sent(state.next()) == nil)
        #expect(state.add(request(1, reply: 16), at: .zero) == .start)
        #expect(sent(state.next()) == [13, 14, 15, 16])
    }

    @Test func `who waits beside another is sent when that ends`() throws {
        var state = IntakeState<Int>()
        for reply in 1...3 { _ = state.add(request(1, reply: reply), at: .zero) }
        let first = try next(&state)
        #expect(state.add(request(1, reply: 4), at: .zero) == .wait)
        _ = state.ended(first, .failed, at: .zero)
        #expect(sent(state.next()) == [4])
    }

    @Test func `a full queue refuses, a huge request is taken alone`() {
        var state = IntakeState<Int>(limits: IntakeLimits(queuedSubmissions: 2, queuedBytes: 100, statements: 1))
        #expect(state.add(request(5), at: .zero) == .start)
        #expect(state.add(request(1), at: .zero) == .refuse)
        _ = state.next()
        #expect(state.add(request(1, bytes: 60), at: .zero) == .wait)
        #expect(state.add(request(1, bytes: 60), at: .zero) == .refuse)
        #expect(state.add(request(1), at: .zero) == .wait)
        #expect(state.add(request(1), at: .zero) == .refuse)
    }

    @Test func `a statement takes whole requests up to its limits`() throws {
        var state = IntakeState<Int>(
            limits: IntakeLimits(statementSubmissions: 4, statementBytes: 100, statements: 4, gathered: 1))
        for (reply, count) in [3, 1, 1, 9, 1].enumerated() { _ = state.add(request(count, reply: reply), at: .zero) }
        for expected in [[0, 1], [2], [3], [4]] { #expect(sent(state.next()) == expected) }
    }

    @Test func `closing sends what waits and takes nothing more`() throws {
        var state = IntakeState<Int>()
        _ = state.add(request(1, reply: 1), at: .zero)
        state.close()
        #expect(state.add(request(1), at: .zero) == .closed)
        let statement = try next(&state)
        guard case .wait = state.next() else { return #expect(Bool(false), "its end is waited for") }
        _ = state.ended(statement, .answered, at: .zero)
        guard case .finish = state.next() else { return #expect(Bool(false), "not finished") }
    }

    @Test func `when a statement fails for one of its requests, each is sent alone and others go on`() throws {
        var state = single()
        for reply in 1...3 { _ = state.add(request(1, reply: reply), at: .zero) }
        #expect(state.ended(try next(&state), .apart, at: .zero).isEmpty)
        _ = state.add(request(1, reply: 4), at: .zero)
        #expect(sent(state.next()) == [4])
        let alone = [try next(&state), try next(&state)]
        #expect(alone.map { $0.requests.map(\.reply) } == [[1], [2]])
        #expect(sent(state.next()) == nil, "two at a time")
        _ = state.ended(alone[0], .failed, at: .zero)
        #expect(sent(state.next()) == [3])
    }

    @Test func `who asks for a held key is sent apart, and all of one key wait with one`() throws {
        var state = single()
        _ = state.add(request(key: "held", reply: 1), at: .zero)
        #expect(state.ended(try next(&state), .keyHeld, at: .zero).isEmpty)
        let waiting = try next(&state)
        guard case .patient = waiting else { return #expect(Bool(false), "it does not wait") }
        // With it, and in nobody's way.
        #expect(state.add(request(key: "held", reply: 2), at: .zero) == .wait)
        #expect(sent(state.next()) == nil)
        #expect(state.add(request(key: "free", reply: 3), at: .zero) == .start)
        #expect(sent(state.next()) == [3])
        #expect(state.ended(waiting, .keyHeld, at: .seconds(5)).map(\.reply) == [1, 2])
        // Remembered for a while.
        #expect(state.add(request(key: "held", reply: 4), at: .seconds(6)) == .start)
        guard case .alone = try next(&state) else { return #expect(Bool(false), "it is not alone") }
        #expect(state.add(request(key: "held", reply: 5), at: .seconds(100)) == .wait)
    }

    @Test func `a key that is free again is answered, and forgotten`() throws {
        var state = single()
        _ = state.add(request(key: "held", reply: 1), at: .zero)
        _ = state.ended(try next(&state), .keyHeld, at: .zero)
        let waiting = try next(&state)
        _ = state.add(request(key: "held", reply: 2), at: .zero)
        #expect(state.ended(waiting, .answered, at: .zero).isEmpty)
        let follower = try next(&state)
        #expect(follower.requests.map(\.reply) == [2])
        _ = state.ended(follower, .answered, at: .zero)
        _ = state.add(request(key: "held", reply: 3), at: .zero)
        guard case .together = try next(&state) else { return #expect(Bool(false), "it is remembered") }
    }

    @Test func `when more keys are held than may be waited for, the rest are told at once`() throws {
        var state = single()
        for reply in 1...3 { _ = state.add(request(key: "held \(reply)", reply: reply), at: .zero) }
        _ = state.ended(try next(&state), .keyHeld, at: .zero)
        let first = [try next(&state), try next(&state)]
        for statement in first { #expect(state.ended(statement, .keyHeld, at: .zero).isEmpty) }
        let waiting = [try next(&state), try next(&state)]
        #expect(waiting.map { $0.requests.map(\.reply) } == [[1], [2]])
        #expect(state.ended(try next(&state), .keyHeld, at: .zero).map(\.reply) == [3])
    }

    @Test func `what waits for held keys takes no room from the others`() throws {
        var state = IntakeState<Int>(
            limits: IntakeLimits(queuedSubmissions: 2, statements: 1, apartSubmissions: 2))
        _ = state.add(request(key: "held", reply: 0), at: .zero)
        _ = state.ended(try next(&state), .keyHeld, at: .zero)
        _ = try next(&state)
        #expect((1...3).map { state.add(request(key: "held", reply: $0), at: .zero) } == [.wait, .wait, .refuse])
        #expect(state.add(request(key: "free", reply: 4), at: .zero) == .start)
        #expect(state.abandon().map(\.reply).sorted() == [1, 2, 4])
    }

    @Test func `groups of different requests stay apart`() {
        let gathered = [request(2, groups: [0, 0]), request(3, groups: [5, 0, 5]), request(1)].gathered()
        #expect(gathered.map(\.group) == [0, 0, 1, 2, 1, 3])
    }

    @Test func `failures are retried by their kind`() {
        func server(_ state: String) -> PostgresError { PostgresError(code: .server, message: "", sqlState: state) }
        func lost(_ code: PostgresError.Code) -> PostgresError { PostgresError(code: code, message: "") }
        func retry(
            _ error: PostgresError, attempt: Int, patience: IntakePatience = .short, requests: Int
        ) -> IntakeRetry {
            IntakeRetry(after: error, attempt: attempt, patience: patience, requests: requests)
        }
        #expect(retry(server("22003"), attempt: 1, requests: 2) == .apart)
        #expect(retry(server("22003"), attempt: 1, requests: 1) == .giveUp)
        #expect(retry(server("40P01"), attempt: 1, requests: 1) == .again)
        #expect(retry(server("53300"), attempt: 1, requests: 2) == .giveUp)
        var key = server("55P03")
        key.context = "while inserting index tuple (0,1) in relation \"task_details_identity\"\nSQL statement \"…\""
        #expect(retry(key, attempt: 3, requests: 1) == .keyHeld)
        var table = server("55P03")
        table.context = "SQL statement \"insert into cairn.task_details\n  (…\""
        #expect(retry(table, attempt: 1, requests: 2) == .patiently)
        #expect(retry(table, attempt: 3, requests: 2) == .patiently, "whatever came before")
        #expect(retry(table, attempt: 2, patience: .long, requests: 2) == .giveUp)
        #expect(retry(lost(.notSent), attempt: 1, requests: 2) == .again)
        #expect(retry(lost(.notSent), attempt: 2, requests: 2) == .giveUp)
        #expect(retry(lost(.outcomeUnknown), attempt: 1, requests: 2) == .giveUp)
    }
}
