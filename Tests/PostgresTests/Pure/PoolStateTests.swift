import Postgres
import Testing

@Suite struct PoolStateTests {
    @Test func `whoever waits longest is served first`() {
        var pool = PoolState<String>(maximum: 1)
        #expect(connects(pool.acquire(1)))
        #expect(!connects(pool.acquire(2)))
        #expect(!connects(pool.acquire(3)))
        #expect(holder(pool.connected("a")) == 1)
        #expect(holder(pool.released("a")) == 2)
        #expect(holder(pool.released("a")) == 3)
        #expect(holder(pool.released("a")) == nil)
        #expect(pool.idle == ["a"])
    }

    @Test func `no more connections are opened than there are waiters`() {
        var pool = PoolState<String>(maximum: 8)
        #expect(connects(pool.acquire(1)))
        let wasWaiting = pool.abandon(1)
        #expect(wasWaiting)
        #expect(!connects(pool.acquire(2)))
        #expect(connects(pool.acquire(3)))
        #expect(pool.total == 2)
    }

    @Test func `a lost connection is replaced when somebody waits`() {
        var pool = PoolState<String>(maximum: 1)
        _ = pool.acquire(1)
        _ = pool.connected("a")
        _ = pool.acquire(2)
        let connects = pool.discarded()
        #expect(connects)
        #expect(holder(pool.connected("b")) == 2)
    }

    @Test func `a failed attempt fails the waiters only when nothing else can serve them`() {
        var pool = PoolState<String>(maximum: 2)
        _ = pool.acquire(1)
        _ = pool.connected("a")
        _ = pool.acquire(2)
        #expect(pool.connectFailed().isEmpty)
        #expect(holder(pool.released("a")) == 2)
        _ = pool.acquire(3)
        let connects = pool.discarded()
        #expect(!connects)
        #expect(pool.connectFailed() == [3])
    }

    @Test func `a closed pool refuses, and is drained once all is back`() {
        var pool = PoolState<String>(maximum: 2)
        _ = pool.acquire(1)
        _ = pool.connected("a")
        _ = pool.acquire(2)
        #expect(pool.close().waiters == [2])
        guard case .refuse(let error) = pool.acquire(3) else { return #expect(Bool(false)) }
        #expect(error.code == .closed)
        #expect(!pool.isDrained)
        guard case .close("a") = pool.released("a") else { return #expect(Bool(false)) }
        guard case .close("b") = pool.connected("b") else { return #expect(Bool(false)) }
        #expect(pool.isDrained)
    }

    private func connects(_ acquisition: PoolState<String>.Acquisition) -> Bool {
        if case .wait(let connect) = acquisition { connect } else { false }
    }

    private func holder(_ placement: PoolState<String>.Placement) -> UInt64? {
        if case .hand(_, let waiter) = placement { waiter } else { nil }
    }
}
