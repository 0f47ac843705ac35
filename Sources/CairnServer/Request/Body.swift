import CairnModel
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The media types that bodies may have.
enum BodyType: Sendable, Hashable {
    /// One JSON document.
    case json
    /// One JSON document a line.
    case lines

    /// The type that a request says its body has; nil when it is none of these.
    init?(_ request: Request) {
        let value = request.headers[.contentType] ?? ""
        let type = value.split(separator: ";", maxSplits: 1).first?.trimmingSpaces().lowercased() ?? ""
        switch type {
        case "application/json": self = .json
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines": self = .lines
        default: return nil
        }
    }
}

extension Request {
    /// The type of the body, if it is one of `allowed`.
    func bodyType(_ allowed: Set<BodyType>) throws(Problem) -> BodyType {
        guard let type = BodyType(self), allowed.contains(type) else {
            let choice = allowed.contains(.lines) ? "application/json or application/x-ndjson" : "application/json"
            throw Problem(
                .unsupportedMediaType, .unsupportedMediaType, "the body must be JSON and say so",
                hint: "send the header Content-Type: \(choice)")
        }
        return type
    }

    /// The whole body, of at most `limit` bytes, if it arrives in time.
    ///
    /// Most bodies have arrived with the head of their request: they are taken on the spot. Only one that has not is
    /// watched by a timer, which would cost more than all the rest of a small request.
    func bytes(limit: Int, timeout: Duration) async throws -> ByteBuffer {
        let tooLarge = Problem(
            .contentTooLarge, .bodyTooLarge, "the body is larger than \(limit) bytes, which is the limit here")
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        let body = body
        let isHere = Flag()
        let arrival = begin {
            defer { isHere.raise() }
            do {
                return try await body.collect(upTo: limit)
            } catch is NIOTooManyBytesError {
                throw tooLarge
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw Problem(.badRequest, .badRequest, "the body ended before it was complete")
            }
        }
        if isHere.isRaised { return try await arrival.value }
        return try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
            group.addTask {
                try await withTaskCancellationHandler {
                    try await arrival.value
                } onCancel: {
                    arrival.cancel()
                }
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() ?? nil else {
                throw Problem(.requestTimeout, .requestTimeout, "the body did not arrive within \(timeout)")
            }
            return bytes
        }
    }
}

/// Begins a task on the spot: it is over already if it never has to wait.
private func begin<Value: Sendable>(_ body: sending @escaping () async throws -> Value) -> Task<Value, any Error> {
    if #available(macOS 26, *) { Task.immediate(operation: body) } else { Task(operation: body) }
}

/// Whether something has happened.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .acquiring) }

    func raise() { value.store(true, ordering: .releasing) }
}

extension StringProtocol {
    /// Without spaces and tabs at its ends.
    func trimmingSpaces() -> SubSequence {
        var part = self[...]
        while let first = part.first, first == " " || first == "\t" { part = part.dropFirst() }
        while let last = part.last, last == " " || last == "\t" { part = part.dropLast() }
        return part
    }
}
