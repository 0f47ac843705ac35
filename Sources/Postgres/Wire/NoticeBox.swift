import CLibPQ

/// Where libpq's notice receiver leaves what it gets. It is called inside calls of libpq, so under the same lock.
final class NoticeBox: @unchecked Sendable {
    /// The server said that it is closing the connection.
    var fatal: PostgresError?
    /// Codes and texts, to be logged.
    var notices: [String] = []

    /// Makes libpq report here instead of on standard error.
    func install(on connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeBox>.fromOpaque(context).takeUnretainedValue().receive(result)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func receive(_ result: OpaquePointer) {
        let error = PostgresError(code: .server, result: result)
        if Self.isFatal(result) { fatal = error }
        notices.append("\(error.sqlState ?? "") \(error.message)")
    }

    /// Whether the connection ends with this error: the server says so, or libpq made it up because the server is gone.
    static func isFatal(_ result: OpaquePointer) -> Bool {
        guard let severity = PQresultErrorField(result, Int32(CLIBPQ_DIAG_SEVERITY.rawValue)) else { return true }
        let text = String(cString: severity)
        return text == "FATAL" || text == "PANIC"
    }
}
