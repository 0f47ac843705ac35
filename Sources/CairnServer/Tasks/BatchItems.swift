import CairnModel
import HTTPTypes

/// The items of a batch: what is asked for, or why it cannot be.
struct BatchItems: Sendable {
    /// In the order of the body.
    let items: [Result<TaskRequest, Problem>]

    /// Reads a JSON array.
    init(array bytes: some Collection<UInt8>, _ options: ServerOptions) throws {
        let body = try JSON.parse(bytes)
        guard let values = body.arrayValue else {
            throw Problem(
                .badRequest, .invalidMember, "a batch is an array, not \(body.kindName)",
                hint: "one task goes to POST /v1/tasks; tasks as lines need Content-Type: application/x-ndjson")
        }
        try Self.check(count: values.count, limit: options.batchItemLimit)
        items = values.map { value in
            Result { () throws(Problem) in
                try TaskRequest(value, callbacks: options.callbacks)
            }
        }
    }

    /// Reads one JSON document a line; empty lines are passed over.
    init(lines bytes: some Collection<UInt8>, _ options: ServerOptions) throws {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .filter { !$0.element.allSatisfy { [0x20, 0x09, 0x0D].contains($0) } }
        try Self.check(count: lines.count, limit: options.batchItemLimit)
        items = lines.map { line in
            Result { () throws(Problem) in
                do {
                    return try TaskRequest(JSON.parse(line.element), callbacks: options.callbacks)
                } catch let error as JSONError {
                    throw Problem(json: error, lineOffset: line.offset)
                } catch {
                    throw Problem(error)
                }
            }
        }
    }

    private static func check(count: Int, limit: Int) throws(Problem) {
        if count == 0 { throw Problem(.badRequest, .emptyBatch, "the batch has no items") }
        if count > limit {
            throw Problem(
                .badRequest, .batchTooLarge, "the batch has \(count) items, and the limit is \(limit)",
                hint: "send several batches")
        }
    }
}

/// Which items of a batch stand or fall together.
enum BatchGroups: Sendable {
    /// All of them.
    case together
    /// Each stands alone.
    case apart
}
