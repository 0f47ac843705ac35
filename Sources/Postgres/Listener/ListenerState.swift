/// What a listener has to do next: its decisions, without a connection or a clock.
package struct ListenerState {
    /// The next thing to do.
    package enum Step: Equatable {
        case emit(PostgresListenerEvent)
        /// Wait this many milliseconds before connecting; the jitter is already in.
        case connect(afterMilliseconds: Int)
        /// Run these statements on the connection; then it listens on these channels. They are part of the step, for
        /// others may be wanted by the time it is done.
        case listen([String], on: Set<String>)
        case probe
        /// Nothing to do until something happens or the probe is due.
        case wait
    }

    /// Where a slow reader loses track: then it is told of a gap instead.
    package static let capacity = 10_000

    package private(set) var wanted: Set<String>
    private var actual: Set<String> = []
    private var events: [PostgresListenerEvent] = []
    private var nextEvent = 0
    package private(set) var isConnected = false
    private var hasListened = false
    private var mustAnnounce = false
    /// Whether the reader believes that notifications arrive.
    private var mustTellLoss = false
    private var mustProbe = false
    private var failures = 0

    package init(channels: Set<String>) { wanted = channels }

    /// What to do now. `random` is from 0 to 1.
    package mutating func next(random: Double) -> Step {
        if let event = takeEvent() { return .emit(event) }
        guard isConnected else { return .connect(afterMilliseconds: delay(random: random)) }
        let statements = changes
        if !statements.isEmpty || mustAnnounce { return .listen(statements, on: wanted) }
        return mustProbe ? .probe : .wait
    }

    /// Half the delay is certain and half is left to chance, so that many listeners do not come back at once.
    private func delay(random: Double) -> Int {
        if failures == 0 { return 0 }
        let full = min(30_000, 100 << min(failures - 1, 12))
        return full / 2 + Int(Double(full / 2) * random)
    }

    private var changes: [String] {
        wanted.subtracting(actual).sorted().map { "listen \(quoted(identifier: $0))" }
            + actual.subtracting(wanted).sorted().map { "unlisten \(quoted(identifier: $0))" }
    }

    private mutating func takeEvent() -> PostgresListenerEvent? {
        guard nextEvent < events.count else { return nil }
        defer {
            nextEvent += 1
            if nextEvent == events.count {
                events.removeAll(keepingCapacity: true)
                nextEvent = 0
            }
        }
        return events[nextEvent]
    }

    /// Other channels from now on.
    package mutating func setChannels(_ channels: Set<String>) { wanted = channels }

    package mutating func connected() {
        isConnected = true
        mustAnnounce = true
        actual = []
    }

    package mutating func connectFailed() { failures += 1 }

    /// The statements that `next` asked for have been run, for these channels.
    package mutating func listened(on channels: Set<String>) {
        actual = channels
        failures = 0
        if mustAnnounce, hasListened { events.append(.gap) }
        events.append(.listening)
        hasListened = true
        mustTellLoss = true
        mustAnnounce = false
    }

    package mutating func notified(channel: String, payload: String) {
        if events.count - nextEvent >= Self.capacity {
            events = [.gap, .listening]
            nextEvent = 0
        } else {
            events.append(.notification(channel: channel, payload: payload))
        }
    }

    package mutating func probeIsDue() { mustProbe = true }
    package mutating func probed() { mustProbe = false }

    /// The connection is gone. The first attempt to come back is made soon, but never at once.
    package mutating func lost() {
        isConnected = false
        if mustTellLoss { events.append(.lost) }
        mustTellLoss = false
        mustProbe = false
        failures = max(1, failures)
    }
}
