import Postgres

/// One row of `cairn.exchange`.
enum ExchangeRow: PostgresRowDecodable {
    case claimed(ClaimedStep)
    case refused(RefusedSettlement)
    case gone

    init(row: inout PostgresRowReader) throws {
        switch try row.next(String.self) {
        case "claimed":
            self = .claimed(
                ClaimedStep(
                    taskID: try row.next(Int64.self), stepNo: try row.next(Int32.self),
                    attempt: try row.next(Int16.self),
                    namespaceID: try row.next(Int32.self), rank: try row.next(Int16.self),
                    templateID: try row.next(Int64.self), input: try row.next(JSONB?.self),
                    context: try row.next(JSONB?.self), results: try row.next(JSONB.self),
                    headers: try row.next(JSONB.self), correlationID: try row.next(String?.self)))
        case "refused":
            self = .refused(
                RefusedSettlement(
                    taskID: try row.next(Int64.self), stepNo: try row.next(Int32.self),
                    attempt: try row.next(Int16.self)))
        default:
            self = .gone
        }
    }
}
