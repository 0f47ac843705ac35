import CairnModel
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTLS
import Logging
import NIOSSL
import Synchronization

/// A receiver of hooks: a real HTTP server on 127.0.0.1 that remembers what it was sent.
final class Receiver: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        let number: Int
        let method: String
        let path: String
        let headers: HTTPFields
        let body: [UInt8]

        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
        var json: JSON { get throws { try JSON.parse(body) } }
    }

    /// What to answer; the numbers begin with 1.
    typealias Answer = @Sendable (Request) async throws -> Response

    let port: Int
    let isSecure: Bool
    private let seen = Mutex<[Request]>([])
    private let arrivals: AsyncStream<Request>
    private let arrival: AsyncStream<Request>.Continuation

    private init(port: Int, isSecure: Bool) {
        self.port = port
        self.isSecure = isSecure
        (arrivals, arrival) = AsyncStream.makeStream()
    }

    var requests: [Request] { seen.withLock { $0 } }

    func url(_ path: String = "/hook", host: String = "127.0.0.1") -> String {
        "\(isSecure ? "https" : "http")://\(host):\(port)\(path)"
    }

    /// Waits until so many have come that were not waited for before.
    func wait(for count: Int) async {
        var iterator = arrivals.makeAsyncIterator()
        for _ in 0..<count { _ = await iterator.next() }
    }

    /// A receiver that runs while `body` does.
    static func with(
        isSecure: Bool = false, _ answer: @escaping Answer = { _ in Response(status: .noContent) },
        _ body: @escaping @Sendable (Receiver) async throws -> Void
    ) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let current = Mutex<Receiver?>(nil)
        var logger = Logger(label: "receiver")
        logger.logLevel = .critical
        let responder = CallbackResponder { (request: Hummingbird.Request, _: BasicRequestContext) in
            guard let receiver = current.withLock({ $0 }) else { throw HTTPError(.serviceUnavailable) }
            return try await receiver.receive(request, answer)
        }
        let application = Application(
            responder: responder, server: try isSecure ? .tls(tlsConfiguration: tls()) : .http1(),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            let receiver = Receiver(port: await iterator.next() ?? 0, isSecure: isSecure)
            current.withLock { $0 = receiver }
            try await body(receiver)
            group.cancelAll()
        }
    }

    private func receive(_ request: Hummingbird.Request, _ answer: Answer) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        let seen = seen.withLock { seen in
            let request = Request(
                number: seen.count + 1, method: request.method.rawValue, path: request.uri.string,
                headers: request.headers.with(host: request.head.authority), body: Array(body.readableBytesView))
            seen.append(request)
            return request
        }
        arrival.yield(seen)
        return try await answer(seen)
    }

    private static func tls() throws -> TLSConfiguration {
        TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.pem.utf8)).map {
                .certificate($0)
            },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)))
    }
}

extension HTTPFields {
    /// Hummingbird keeps `Host` apart.
    fileprivate func with(host: String?) -> HTTPFields {
        var fields = self
        if let host, let name = HTTPField.Name("host") { fields[name] = host }
        return fields
    }
}

extension Response {
    /// An answer with a text.
    static func text(_ status: HTTPResponse.Status, _ text: String = "", headers: HTTPFields = [:]) -> Response {
        Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}

/// A port of 127.0.0.1 on which nobody listens: bound, so that nobody else gets it, and never listened on.
final class DeafPort: Sendable {
    let number: UInt16
    private let descriptor: Int32

    init() {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        self.descriptor = descriptor
        number = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
