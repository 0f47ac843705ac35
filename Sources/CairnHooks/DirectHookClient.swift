package import CairnModel
package import CairnOrchestrator
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Posts hooks to addresses that were checked, over a connection of its own each.
///
/// The name is looked up here and only here, all of its addresses are checked, and the connection is made to one of those
/// addresses, not to the name: a name service that answers differently the next time (DNS rebinding) is not asked a next
/// time. No proxy is used and no redirect followed. See docs/decisions/0010-nio-for-hooks.md.
package struct DirectHookClient: HookClient {
    /// Looks a name up.
    package typealias Lookup = @Sendable (String) async throws -> [IPAddress]

    private let rules: CallbackRules
    private let timeout: Duration
    private let tls: TLS
    private let lookup: Lookup?
    private let group = MultiThreadedEventLoopGroup.singleton

    /// A client that connects where `rules` allow, and gives up after `timeout` in all. Tests bring a look-up of their
    /// own, and certificates that they trust, in PEM.
    package init(
        rules: CallbackRules, timeout: Duration = .seconds(15), trusting certificates: String? = nil,
        lookup: Lookup? = nil
    ) {
        self.rules = rules
        self.timeout = timeout
        self.lookup = lookup
        tls = TLS(trusting: certificates)
    }

    /// Posts a hook.
    package func post(_ request: HookRequest) async throws -> HookAnswer {
        let end = NIODeadline.now() + TimeAmount(timeout)
        let addresses = try await addresses(of: request.url.host, until: end)
        for address in addresses {
            if let refusal = rules.refusal(of: address, host: request.url.host) { throw HookProblem.refused(refusal) }
        }
        var failures: [String] = []
        for address in addresses.prefix(4) {
            do {
                return try await exchange(request, with: address, until: end)
            } catch let failure as NotConnected {
                try Task.checkCancellation()
                failures.append("\(address): \(failure.why)")
            }
        }
        throw HookProblem.unreachable("cannot connect to " + failures.joined(separator: "; "))
    }

    private func addresses(of host: CallbackURL.Host, until end: NIODeadline) async throws -> [IPAddress] {
        switch host {
        case .address(let address): return [address]
        case .name(let name):
            do {
                let addresses =
                    if let lookup { try await lookup(name) } else {
                        try await HostLookup.addresses(of: name, on: group.next(), timeout: end - .now())
                    }
                guard !addresses.isEmpty else { throw LookupFailure(why: "it has no address") }
                return addresses
            } catch let failure as LookupFailure {
                throw HookProblem.unreachable("cannot resolve \(name): \(failure.why)")
            }
        }
    }

    /// Why there is no connection: another address may do.
    private struct NotConnected: Error {
        let why: String
    }

    private func exchange(
        _ request: HookRequest, with address: IPAddress, until end: NIODeadline
    ) async throws -> HookAnswer {
        let loop = group.next()
        let answer = loop.makePromise(of: HookAnswer.self)
        let channel: any Channel
        do {
            let target = try SocketAddress(ipAddress: address.description, port: Int(request.url.port))
            let context = request.url.isSecure ? try tls.context : nil
            channel = try await ClientBootstrap(group: loop)
                .connectTimeout(max(.milliseconds(1), min(.seconds(5), end - .now())))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let context {
                            // An address is no server name (RFC 6066), and is checked as the address it is.
                            let name: String? = if case .name(let name) = request.url.host { name } else { nil }
                            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
                        }
                        try pipeline.addHTTPClientHandlers()
                        try pipeline.addHandler(AnswerHandler(request, answer: answer))
                    }
                }.connect(to: target).get()
        } catch {
            let failure = NotConnected(why: AnswerHandler.words(error))
            answer.fail(failure)
            throw failure
        }
        let timer = loop.scheduleTask(deadline: end) {
            channel.pipeline.fireUserInboundEventTriggered(AnswerHandler.TimeIsUp())
        }
        defer { timer.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await answer.futureResult.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            try Task.checkCancellation()
            throw error
        }
    }
}

/// What TLS needs: read when the first hook asks for it, for that takes a while, and kept.
private final class TLS: Sendable {
    private let trusted: String?
    private let made = Mutex<NIOSSLContext?>(nil)

    init(trusting certificates: String?) { trusted = certificates }

    /// The system's certificates, unless there are others.
    var context: NIOSSLContext {
        get throws {
            try made.withLock { made in
                if let made { return made }
                var configuration = TLSConfiguration.makeClientConfiguration()
                if let trusted {
                    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(trusted.utf8)))
                }
                let context = try NIOSSLContext(configuration: configuration)
                made = context
                return context
            }
        }
    }
}
