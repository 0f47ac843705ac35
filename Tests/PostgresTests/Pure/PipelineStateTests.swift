import Postgres
import Testing

@Suite struct PipelineStateTests {
    @Test func `a prepared statement is marked, its result delivered, its group finished`() {
        var state = PipelineState()
        state.sent([.prepare("s1"), .execute])
        #expect(state.receive(.succeeded) == .prepared("s1"))
        #expect(state.awaitsNull)
        #expect(state.receive(.null) == .proceed)
        #expect(state.receive(.succeeded) == .deliver)
        #expect(state.receive(.null) == .proceed)
        #expect(state.receive(.sync) == .finish)
        #expect(state.isEmpty)
    }

    @Test func `an error stops at its group`() {
        var state = PipelineState()
        state.sent([.prepare("s1"), .execute])
        state.sent([.execute])
        #expect(state.receive(.failed) == .fail)
        #expect(state.receive(.null) == .proceed)
        #expect(state.receive(.aborted) == .proceed)
        #expect(state.receive(.null) == .proceed)
        #expect(state.receive(.sync) == .finish)
        #expect(state.receive(.succeeded) == .deliver)
        #expect(state.receive(.null) == .proceed)
        #expect(state.receive(.sync) == .finish)
    }

    @Test func `an error at the commit is the group's own, and the next group starts afresh`() {
        var state = PipelineState()
        state.sent([.execute])
        state.sent([.execute])
        #expect(state.receive(.succeeded) == .deliver)
        #expect(state.receive(.null) == .proceed)
        #expect(state.receive(.failed) == .fail)
        #expect(state.awaitsNull)
        #expect(state.receive(.null) == .proceed)
        #expect(state.receive(.sync) == .finish)
        #expect(state.receive(.succeeded) == .deliver)
    }

    @Test(arguments: [PipelineState.Signal.foreign, .sync])
    func `what has no place breaks the connection`(signal: PipelineState.Signal) {
        var state = PipelineState()
        state.sent([.execute])
        #expect(state.receive(signal) == .broken)
    }

    @Test func `results that nobody asked for break the connection`() {
        var state = PipelineState()
        #expect(state.receive(.succeeded) == .broken)
        #expect(state.receive(.null) == .proceed)
    }

    @Test func `hundreds of groups keep their order`() {
        var state = PipelineState()
        for number in 0..<500 { state.sent([.prepare("s\(number)")]) }
        for number in 0..<500 {
            #expect(state.receive(.succeeded) == .prepared("s\(number)"))
            #expect(state.receive(.null) == .proceed)
            #expect(state.receive(.sync) == .finish)
        }
        #expect(state.isEmpty)
    }
}
