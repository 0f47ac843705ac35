import CairnModel
import Foundation

/// Keeps connections to a server of this machine busy with one request, over and over.
///
/// It shares the processors with what it measures, so it is one thread with `poll`: the request is made once, and of a
/// reply only the status and the length are looked at.
struct HTTPLoad: Sendable {
    let port: Int
    let connections: Int
    private let request: [UInt8]

    /// What came of it.
    struct Outcome: Sendable {
        /// How long each request took, in the order of the replies.
        var milliseconds: [Double] = []
        /// How long the whole took, and what of it the thread had a processor.
        var seconds = 0.0
        var cpuSeconds = 0.0
    }

    init(port: Int, connections: Int, path: String, body: [UInt8]) {
        self.port = port
        self.connections = connections
        let head = """
            POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n\
            Content-Length: \(body.count)\r\n\r\n
            """
        request = Array(head.utf8) + body
    }

    /// Sends for so long, then waits for the last replies. Throws when a request is refused.
    func run(for duration: Duration) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try runHere(for: duration) }) }.start()
        }
    }

    private func runHere(for duration: Duration) throws -> Outcome {
        let sockets = try (0..<connections).map { _ in try HTTPLoadSocket(port: port) }
        defer { sockets.forEach { $0.close() } }
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + duration
        let cpuBefore = Self.threadCPUSeconds
        var outcome = Outcome()
        var scanners = Array(repeating: HTTPReplyScanner(), count: connections)
        var sent = Array(repeating: start, count: connections)
        var watched = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        for socket in sockets { try socket.send(request) }
        var open = connections
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while open > 0 {
            guard poll(&watched, nfds_t(watched.count), 30_000) > 0 else { throw Self.failed("nothing was answered") }
            let now = clock.now
            for index in watched.indices where watched[index].revents != 0 {
                let count = recv(watched[index].fd, &buffer, buffer.count, 0)
                guard count > 0 else { throw Self.failed("the server closed a connection") }
                guard let status = scanners[index].append(buffer[..<count]) else { continue }
                guard (200..<300).contains(status) else {
                    throw Self.failed(
                        "it was answered \(status): \(String(decoding: buffer[..<count].suffix(500), as: UTF8.self))")
                }
                outcome.milliseconds.append((now - sent[index]) / .milliseconds(1))
                guard now < end else {
                    // poll() passes over a negative descriptor.
                    watched[index].fd = -1
                    open -= 1
                    continue
                }
                sent[index] = now
                try sockets[index].send(request)
            }
        }
        outcome.seconds = (clock.now - start) / .seconds(1)
        outcome.cpuSeconds = Self.threadCPUSeconds - cpuBefore
        return outcome
    }

    static func failed(_ why: String) -> CommandError {
        CommandError(
            .failed, .internal, "a submit of the benchmark failed: \(why)",
            do: "Submit by hand to a server on an empty database, and see what it says")
    }

    private static var threadCPUSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
