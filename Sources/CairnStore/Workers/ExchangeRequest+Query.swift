import CairnModel
package import Postgres

extension ExchangeRequest {
    /// The call, by a worker that proves itself with `token`.
    package func query(token: PostgresUUID?) -> PostgresQuery {
        let s = settlements
        return """
            select * from cairn.exchange(
              \(workerID), \(s.map(\.taskID)), \(s.map(\.stepNo)), \(s.map(\.attempt)),
              \(s.map(\.outcome.rawValue)), \(s.map(\.payload)), \(s.map(\.retryAfterMilliseconds)), \(want),
              \(floors.map(\.namespaceID)), \(floors.map(\.rank)), \(floors.map(\.taskID)),
              \(mayIdle), \(token), \(patience.map { Int32($0.milliseconds) }), \(claims))
            """
    }
}

extension ExchangeReply {
    /// Reads what the call gave.
    package init(_ result: PostgresResult) throws {
        for row in try result.rows(as: ExchangeRow.self) {
            switch row {
            case .claimed(let step): claimed.append(step)
            case .refused(let step): refused.append(step)
            case .locked(let step): locked.append(step)
            case .gone: isGone = true
            }
        }
    }
}
