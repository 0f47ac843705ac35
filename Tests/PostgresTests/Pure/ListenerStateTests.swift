import Postgres
import Testing

@Suite struct ListenerStateTests {
    private func listening(on channels: Set<String> = ["a"]) -> ListenerState {
        var state = ListenerState(channels: channels)
        state.connected()
        state.listened(on: channels)
        _ = state.next(random: 0)
        return state
    }

    @Test func `it connects at once, listens, says so, and waits`() {
        var state = ListenerState(channels: ["a", "b\"c"])
        #expect(state.next(random: 0) == .connect(afterMilliseconds: 0))
        state.connected()
        #expect(state.next(random: 0) == .listen(["listen \"a\"", "listen \"b\"\"c\""], on: ["a", "b\"c"]))
        state.listened(on: ["a", "b\"c"])
        #expect(state.next(random: 0) == .emit(.listening))
        #expect(state.next(random: 0) == .wait)
    }

    @Test func `a loss is told once, and a return as a gap`() {
        var state = listening()
        state.lost()
        #expect(state.next(random: 0) == .emit(.lost))
        #expect(state.next(random: 0) == .connect(afterMilliseconds: 50))
        state.connected()
        state.lost()
        #expect(state.next(random: 0) == .connect(afterMilliseconds: 50))
        state.connected()
        #expect(state.next(random: 0) == .listen(["listen \"a\""], on: ["a"]))
        state.listened(on: ["a"])
        #expect(state.next(random: 0) == .emit(.gap))
        #expect(state.next(random: 0) == .emit(.listening))
        #expect(state.next(random: 0) == .wait)
    }

    @Test func `attempts become rarer, up to a limit, and differ by chance`() {
        var state = listening()
        state.lost()
        _ = state.next(random: 0)
        for _ in 0..<20 { state.connectFailed() }
        #expect(state.next(random: 0) == .connect(afterMilliseconds: 15_000))
        #expect(state.next(random: 1) == .connect(afterMilliseconds: 30_000))
    }

    @Test func `channels change while it runs`() {
        var state = listening()
        state.setChannels(["b"])
        #expect(state.next(random: 0) == .listen(["listen \"b\"", "unlisten \"a\""], on: ["b"]))
        state.listened(on: ["b"])
        #expect(state.next(random: 0) == .emit(.listening))
        #expect(state.next(random: 0) == .wait)
    }

    @Test func `a channel that is added while listening is under way is not forgotten`() {
        var state = ListenerState(channels: [])
        state.connected()
        #expect(state.next(random: 0) == .listen([], on: []))
        state.setChannels(["late"])
        state.listened(on: [])
        #expect(state.next(random: 0) == .emit(.listening))
        #expect(state.next(random: 0) == .listen(["listen \"late\""], on: ["late"]))
    }

    @Test func `a reader that is too slow is told of a gap`() {
        var state = listening()
        for _ in 0...ListenerState.capacity { state.notified(channel: "a", payload: "") }
        #expect(state.next(random: 0) == .emit(.gap))
        #expect(state.next(random: 0) == .emit(.listening))
        #expect(state.next(random: 0) == .wait)
    }

    @Test func `a probe is run once it is due`() {
        var state = listening()
        state.probeIsDue()
        #expect(state.next(random: 0) == .probe)
        state.probed()
        #expect(state.next(random: 0) == .wait)
    }
}
