import NIOCore
import Synchronization

/// One connection through a ``Proxy``.
final class ProxyConnection: Sendable {
    private struct Severed: Error {}

    /// What is closed to cut it.
    private let channels: [any Channel]
    private let state = Mutex(State())

    private struct State {
        var isParted = false
        var cut: Proxy.Cut?
    }

    init(channels: [any Channel]) { self.channels = channels }

    /// Whether what comes is held back.
    var isParted: Bool {
        get { state.withLock { $0.isParted } }
        set { state.withLock { $0.isParted = newValue } }
    }

    func cut(_ how: Proxy.Cut) {
        state.withLock { $0.cut = how }
        guard case .now = how else { return }
        for channel in channels { channel.close(promise: nil) }
    }

    typealias Direction = (
        from: NIOAsyncChannelInboundStream<ByteBuffer>, to: NIOAsyncChannelOutboundWriter<ByteBuffer>
    )

    /// Passes both directions on until one side closes.
    func pass(requests: Direction, answers: Direction) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.pass(requests, cutBy: .nextRequest) }
            group.addTask { try await self.pass(answers, cutBy: .nextAnswer) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func pass(_ direction: Direction, cutBy cut: Proxy.Cut) async throws {
        for try await var chunk in direction.from {
            while isParted { try await Task.sleep(for: .milliseconds(10)) }
            if state.withLock({ $0.cut == cut }) {
                // Half of it, so that the other side has the beginning of a message and waits for its end.
                if let half = chunk.readSlice(length: chunk.readableBytes / 2) { try await direction.to.write(half) }
                throw Severed()
            }
            try await direction.to.write(chunk)
        }
    }
}
