import Postgres

/// One row of `cairn.exchange`.
enum ExchangeRow: PostgresRowDecodable {
    case claimed(ClaimedStep)
    case refused(AttemptKey)
    case locked(AttemptKey)
    case gone

    init(row: inout PostgresRowReader) throws {
        let kind = try row.next(String.self)
        switch kind {
        case "claimed", "unreadable":
            self = .claimed(
                ClaimedStep(
                    taskID: try row.next(Int64.self), stepNo: try row.next(Int32.self),
                    attempt: try row.next(Int16.self),
                    namespaceID: try row.next(Int32.self), rank: try row.next(Int16.self),
                    templateID: try row.next(Int64.self), isReadable: kind == "claimed",
                    input: try row.next(JSONB?.self),
                    context: try row.next(JSONB?.self), results: try row.next(JSONB.self),
                    headers: try row.next(JSONB.self), correlationID: try row.next(String?.self),
                    errors: try row.next(JSONB.self), maxAttempts: try row.next(Int16?.self)))
        case "refused", "locked":
            let step = AttemptKey(
                taskID: try row.next(Int64.self), stepNo: try row.next(Int32.self), attempt: try row.next(Int16.self))
            self = kind == "refused" ? .refused(step) : .locked(step)
        case "gone":
            self = .gone
        default:
            // To be gone is to drop everything that runs: nothing to conclude from a word that nobody knows.
            throw PostgresError(code: .decoding, message: "cairn.exchange gave a row of the unknown kind \"\(kind)\"")
        }
    }
}
