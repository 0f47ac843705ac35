/// Who gets which connection: the pool's decisions, without a connection or a clock.
///
/// Whoever waits longest is served first. A connection is opened when somebody waits whom none of those being opened
/// will serve, up to the maximum.
package struct PoolState<Connection> {
    /// The answer to a request for a connection.
    package enum Acquisition {
        case lease(Connection)
        /// Wait; and open a connection, if so.
        case wait(connect: Bool)
        case refuse(PostgresError)
    }

    /// What becomes of a connection that is free.
    package enum Placement {
        case hand(Connection, to: UInt64)
        case park
        case close(Connection)
    }

    package let maximum: Int
    package private(set) var idle: [Connection] = []
    package private(set) var waiters: [UInt64] = []
    package private(set) var leased = 0
    package private(set) var connecting = 0
    package private(set) var isClosed = false

    package init(maximum: Int) { self.maximum = max(1, maximum) }

    /// Connections there are or will be.
    package var total: Int { idle.count + leased + connecting }

    /// Whether the pool has been closed and nothing is out any more.
    package var isDrained: Bool { isClosed && total == 0 }

    /// Somebody wants a connection.
    package mutating func acquire(_ waiter: UInt64) -> Acquisition {
        if isClosed { return .refuse(.poolClosed) }
        if waiters.isEmpty, let connection = idle.popLast() {
            leased += 1
            return .lease(connection)
        }
        waiters.append(waiter)
        return .wait(connect: startConnecting())
    }

    /// Whether to open one more connection; it then counts as being opened.
    private mutating func startConnecting() -> Bool {
        guard !isClosed, connecting < waiters.count, total < maximum else { return false }
        connecting += 1
        return true
    }

    /// A connection is open.
    package mutating func connected(_ connection: Connection) -> Placement {
        connecting -= 1
        return place(connection)
    }

    /// A lease has ended and its connection is in order.
    package mutating func released(_ connection: Connection) -> Placement {
        leased -= 1
        return place(connection)
    }

    private mutating func place(_ connection: Connection) -> Placement {
        if isClosed { return .close(connection) }
        if waiters.isEmpty {
            idle.append(connection)
            return .park
        }
        leased += 1
        return .hand(connection, to: waiters.removeFirst())
    }

    /// A lease has ended and its connection is gone. Returns whether to open another for those who wait.
    package mutating func discarded() -> Bool {
        leased -= 1
        return startConnecting()
    }

    /// A connection could not be opened. While others are out, whoever waits may still get one of those; otherwise
    /// all waiters fail.
    package mutating func connectFailed() -> [UInt64] {
        connecting -= 1
        guard leased == 0, connecting == 0 else { return [] }
        defer { waiters = [] }
        return waiters
    }

    /// A connection nobody uses has gone. Returns false when it was not parked here.
    package mutating func lost(where isLost: (Connection) -> Bool) -> Bool {
        guard let index = idle.firstIndex(where: isLost) else { return false }
        idle.remove(at: index)
        return true
    }

    /// Somebody waits no more. Returns whether that one was still waiting.
    package mutating func abandon(_ waiter: UInt64) -> Bool {
        guard let index = waiters.firstIndex(of: waiter) else { return false }
        waiters.remove(at: index)
        return true
    }

    /// Refuses everybody from now on. Returns those who waited and the connections to close.
    package mutating func close() -> (waiters: [UInt64], idle: [Connection]) {
        isClosed = true
        defer {
            waiters = []
            idle = []
        }
        return (waiters, idle)
    }
}

extension PostgresError {
    package static let poolClosed = PostgresError(code: .closed, message: "the pool has been closed")
}
