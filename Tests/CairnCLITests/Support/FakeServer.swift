import Foundation
import Synchronization

/// An HTTP server on a real socket that answers as it is told; just enough for the client's requests.
final class FakeServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var body: String
    }

    struct Reply: Sendable {
        var status = 200
        var type = "application/json"
        var body: String

        static func json(_ body: String, status: Int = 200) -> Reply { Reply(status: status, body: body) }
        static func problem(_ status: Int, _ body: String) -> Reply {
            Reply(status: status, type: "application/problem+json", body: body)
        }
    }

    let port: Int
    private let descriptor: Int32
    private let answer: @Sendable (Request) -> Reply
    private let seen = Mutex<[Request]>([])

    /// Listens on a free port, or on this one.
    init(port: Int = 0, _ answer: @escaping @Sendable (Request) -> Reply) throws {
        self.answer = answer
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileReadUnknown) }
        self.port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                self?.serve(connection)
                close(connection)
            }
            // Not before: its number would be given to the next socket, and this thread would take that one's connections.
            close(descriptor)
        }
        thread.start()
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { seen.withLock { $0 } }

    /// Stops listening; connections are refused from now on.
    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func serve(_ connection: Int32) {
        guard let request = read(connection) else { return }
        seen.withLock { $0.append(request) }
        let reply = answer(request)
        let head =
            "HTTP/1.1 \(reply.status) X\r\nContent-Type: \(reply.type)\r\n"
            + "Content-Length: \(reply.body.utf8.count)\r\nConnection: close\r\n\r\n"
        let bytes = Array((head + reply.body).utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
                let first = (lines.first ?? "").split(separator: " ").map(String.init)
                let length =
                    lines.compactMap { line -> Int? in
                        let parts = line.split(separator: ":", maxSplits: 1)
                        return parts.first?.lowercased() == "content-length"
                            ? Int(parts[1].trimmingCharacters(in: .whitespaces)) : nil
                    }.first ?? 0
                let body = String(text[end.upperBound...])
                if body.utf8.count >= length, first.count >= 2 {
                    return Request(method: first[0], path: first[1], body: body)
                }
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }
}

/// Counts, from 1.
final class Counter: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
