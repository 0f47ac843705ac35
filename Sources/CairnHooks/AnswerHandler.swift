import CairnModel
import CairnOrchestrator
import Foundation
import NIOCore
import NIOHTTP1

/// Sends the one request of a connection and gathers its answer.
///
/// Once the head is there, the answer is known: whatever becomes of the rest of the body, the receiver has spoken.
final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Sent through the pipeline when the time is up.
    struct TimeIsUp: Sendable {}

    private let request: HookRequest
    private let answer: EventLoopPromise<HookAnswer>
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []

    init(_ request: HookRequest, answer: EventLoopPromise<HookAnswer>) {
        self.request = request
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        var headers = HTTPHeaders([("host", request.url.authority)])
        for header in request.headers { headers.add(name: header.name, value: header.value) }
        headers.add(name: "content-length", value: "\(request.body.count)")
        headers.add(name: "connection", value: "close")
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: request.url.target, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: request.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let bytes):
            body += bytes.readableBytesView.prefix(HookAnswer.maxBodyBytes - body.count)
            if body.count >= HookAnswer.maxBodyBytes { end(context, otherwise: "") }
        case .end: end(context, otherwise: "")
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is TimeIsUp else { return context.fireUserInboundEventTriggered(event) }
        end(context, otherwise: "it took too long")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context, otherwise: Self.words(error))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context, otherwise: "the connection was closed")
        context.fireChannelInactive()
    }

    /// The answer so far, if it has a head; otherwise the failure.
    private func end(_ context: ChannelHandlerContext, otherwise problem: String) {
        if let head {
            answer.succeed(
                HookAnswer(
                    status: Int(head.status.code), retryAfter: head.headers.first(name: "retry-after"), body: body))
        } else {
            answer.fail(HookProblem.unreachable(problem))
        }
        context.close(promise: nil)
    }

    /// An error in words for a person.
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as IOError: error.errnoDescription
        case ChannelError.connectTimeout: "connecting took too long"
        default: String("\(error)".escapingControls.prefix(300))
        }
    }
}

extension IOError {
    /// `Connection refused`, without what it was the answer to.
    fileprivate var errnoDescription: String { String(cString: strerror(errnoCode)) }
}
