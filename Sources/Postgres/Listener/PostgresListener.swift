public import Logging

/// Notifications of some channels, over a connection of its own that comes back when it is lost.
///
/// All of its work happens inside `next()` of its iterator, so it lives exactly as long as somebody iterates; it ends
/// when that task is cancelled. One iteration at a time.
public final class PostgresListener: AsyncSequence, Sendable {
    /// What it yields.
    public typealias Element = PostgresListenerEvent

    private let core: ListenerCore

    /// A listener on these channels. After `probeInterval` without a word the connection is tried out.
    public init(
        configuration: PostgresConfiguration, channels: Set<String> = [], probeInterval: Duration = .seconds(30),
        logger: Logger = Logger(label: "postgres")
    ) {
        core = ListenerCore(
            configuration: configuration, channels: channels, probeInterval: probeInterval, logger: logger)
    }

    /// The channels that are wanted, which may be ahead of those listened on.
    public var channels: Set<String> { core.channels }

    /// Listens on these channels from now on, instead of the former ones. `listening` follows when it has taken effect.
    public func setChannels(_ channels: Set<String>) { core.setChannels(channels) }

    /// Listens on one more channel.
    public func listen(to channel: String) { core.setChannels(channels.union([channel])) }

    /// Listens on one channel less.
    public func unlisten(from channel: String) { core.setChannels(channels.subtracting([channel])) }

    /// Starts listening with the first `next()`.
    public func makeAsyncIterator() -> Iterator { Iterator(core: core) }

    /// Goes through the events.
    public final class Iterator: AsyncIteratorProtocol {
        private let core: ListenerCore

        init(core: ListenerCore) { self.core = core }

        deinit { core.disconnect() }

        /// The next event; nil once the task has been cancelled.
        public func next() async -> PostgresListenerEvent? { await core.next() }
    }
}
