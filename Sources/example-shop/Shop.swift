import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

/// The shop's memory: answers by idempotency key, the ledger of effects, and the faults it was told to have.
final class Shop: Sendable {
    private struct Done {
        var path: String
        var request: AnyHashable
        var answer: Data
    }

    private struct State: ~Copyable {
        var done: [String: Done] = [:]
        var ledger: [LedgerEntry] = []
        var faults: [String: [Fault]] = [:]
    }

    private let state = Mutex(State())

    /// Does the work once per key: the same key and request again get the first answer, the same key with another
    /// request is refused. `work` gets the number of this effect, to make ids of, and may refuse by throwing.
    func once<Request: OrderRequest>(
        path: String, key: String, request: Request, at now: Date, work: (Int) throws -> any Encodable
    ) throws -> Data {
        try state.withLock { state in
            if let done = state.done[key] {
                guard done.path == path, done.request == AnyHashable(request) else {
                    throw HTTPError(
                        .unprocessableContent, message: "Idempotency-Key \(key) belongs to another request")
                }
                return done.answer
            }
            let id = state.ledger.count + 1
            let answer = try Wire.encoder.encode(try work(id))
            state.done[key] = Done(path: path, request: AnyHashable(request), answer: answer)
            state.ledger.append(
                LedgerEntry(id: id, at: now, path: path, idempotencyKey: key, orderId: request.orderId))
            return answer
        }
    }

    func ledger(order: String?, path: String?) -> Ledger {
        let entries = state.withLock { state in
            state.ledger.filter { (order == nil || $0.orderId == order) && (path == nil || $0.path == path) }
        }
        return Ledger(count: entries.count, entries: entries)
    }

    func add(_ fault: Fault) {
        state.withLock { $0.faults[fault.path, default: []].append(fault) }
    }

    /// The fault that the next call of this path has, if any; counts it down.
    func nextFault(path: String) -> Fault? {
        state.withLock { state in
            guard var fault = state.faults[path]?.first else { return nil }
            let left = (fault.times ?? 1) - 1
            if left > 0 {
                fault.times = left
                state.faults[path]?[0] = fault
            } else {
                state.faults[path]?.removeFirst()
            }
            return fault
        }
    }
}

/// JSON as the shop speaks it.
enum Wire {
    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    /// An answer, with a newline at its end: what curl shows does not run into the prompt.
    static func response(_ json: Data, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json + Data("\n".utf8))))
    }
}
