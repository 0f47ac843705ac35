import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy in front of PostgreSQL, for one program: what the network does to it is done here.
final class Proxy: Sendable {
    /// How a connection may be cut.
    enum Cut: Sendable {
        /// At once.
        case now
        /// In the middle of the next request: the server never gets the whole of it.
        case nextRequest
        /// In the middle of the next answer: the server has done what the client does not hear of.
        case nextAnswer
    }

    private struct State {
        var connections: [ObjectIdentifier: ProxyConnection] = [:]
        var isParted = false
    }

    let port: Int
    private let listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
    private let socketPath: String
    private let state = Mutex(State())

    private init(
        port: Int, listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>, socketPath: String
    ) {
        self.port = port
        self.listener = listener
        self.socketPath = socketPath
    }

    /// A proxy on a free port of 127.0.0.1, in front of a unix socket. It takes connections once it runs.
    static func bind(to socketPath: String) async throws -> Proxy {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        guard let port = listener.channel.localAddress?.port else { throw ChannelError.unknownLocalAddress }
        return Proxy(port: port, listener: listener, socketPath: socketPath)
    }

    /// Serves until the task is cancelled.
    func run() async throws {
        try await listener.executeThenClose { clients in
            try await withThrowingDiscardingTaskGroup { group in
                for try await client in clients {
                    // What becomes of one connection is the two sides' matter.
                    group.addTask { try? await self.serve(client) }
                }
            }
        }
    }

    private func serve(_ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
        try await client.executeThenClose { fromClient, toClient in
            let server = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: socketPath) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            try await server.executeThenClose { fromServer, toServer in
                let connection = ProxyConnection(channels: [client.channel, server.channel])
                state.withLock { state in
                    state.connections[ObjectIdentifier(connection)] = connection
                    connection.isParted = state.isParted
                }
                defer { state.withLock { state in state.connections[ObjectIdentifier(connection)] = nil } }
                try await connection.pass(
                    requests: (from: fromClient, to: toServer), answers: (from: fromServer, to: toClient))
            }
        }
    }

    /// Cuts every connection that is open.
    func cut(_ how: Cut) {
        for connection in state.withLock({ Array($0.connections.values) }) { connection.cut(how) }
    }

    /// Lets nothing through, in either direction, and closes nothing: as a network does that has lost its route.
    func part() { setParted(true) }

    /// Lets everything through again, also what was held back.
    func join() { setParted(false) }

    private func setParted(_ isParted: Bool) {
        let connections = state.withLock { state in
            state.isParted = isParted
            return Array(state.connections.values)
        }
        for connection in connections { connection.isParted = isParted }
    }
}
