import Foundation
import Glibc
import Synchronization

/// A web server for tests: one answer a connection, by path, and what was asked.
final class TestServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: [String: String]
        var body: String
    }

    private let listening: Int32
    let port: UInt16
    private let answers: @Sendable (Request) -> [UInt8]
    private let seen = Mutex<[Request]>([])

    var requests: [Request] { seen.withLock { $0 } }
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// A server that runs while `body` does.
    static func with<Result>(
        _ answers: @escaping @Sendable (Request) -> [UInt8], _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let server = TestServer(answers)
        server.start()
        defer { server.stop() }
        return try await body(server)
    }

    private init(_ answers: @escaping @Sendable (Request) -> [UInt8]) {
        self.answers = answers
        listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (listening, size) = (listening, length)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listening, $0, size)
                _ = getsockname(listening, $0, &length)
            }
        }
        _ = listen(listening, 16)
        port = UInt16(bigEndian: address.sin_port)
    }

    private func start() {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(self)
        pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let server = Unmanaged<TestServer>.fromOpaque(pointer).takeRetainedValue()
                while true {
                    let connection = accept(server.listening, nil, nil)
                    guard connection >= 0 else { return nil }
                    server.serve(connection)
                    close(connection)
                }
            }, box.toOpaque())
        pthread_detach(thread)
    }

    private func stop() {
        shutdown(listening, Int32(SHUT_RDWR))
        close(listening)
    }

    private func serve(_ connection: Int32) {
        guard let request = read(connection) else { return }
        seen.withLock { $0.append(request) }
        var rest = answers(request)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let lines = text[..<end.lowerBound].split(separator: "\r\n")
                let first = lines.first?.split(separator: " ").map(String.init) ?? []
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
                }
                let body = text[end.upperBound...]
                if body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 {
                    return Request(
                        method: first.first ?? "", path: first.count > 1 ? first[1] : "", headers: headers,
                        body: String(body))
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer.prefix(count)
        }
    }

    /// An answer as it goes over the wire.
    static func answer(
        _ status: Int, _ body: [UInt8] = [], type: String? = "application/json", headers: [String: String] = [:]
    ) -> [UInt8] {
        var head = "HTTP/1.1 \(status) Status\r\nConnection: close\r\nContent-Length: \(body.count)\r\n"
        if let type { head += "Content-Type: \(type)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }

    static func answer(_ status: Int, _ body: String, type: String? = "application/json") -> [UInt8] {
        answer(status, Array(body.utf8), type: type)
    }
}
