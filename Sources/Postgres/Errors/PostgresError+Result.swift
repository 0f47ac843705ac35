import CLibPQ

extension PostgresError {
    /// The error that a failed result carries.
    init(code: Code, result: OpaquePointer) {
        func field(_ which: CLIBPQ_DIAG) -> String? {
            PQresultErrorField(result, Int32(which.rawValue)).map { String(cString: $0) }
        }
        self.init(
            code: code, message: field(CLIBPQ_DIAG_MESSAGE) ?? Self.tidy(PQresultErrorMessage(result)),
            sqlState: field(CLIBPQ_DIAG_SQLSTATE))
        detail = field(CLIBPQ_DIAG_DETAIL)
        hint = field(CLIBPQ_DIAG_HINT)
        constraint = field(CLIBPQ_DIAG_CONSTRAINT)
        context = field(CLIBPQ_DIAG_CONTEXT)
        position = field(CLIBPQ_DIAG_POSITION).flatMap { Int($0) }
        sourceFunction = field(CLIBPQ_DIAG_SOURCE_FUNCTION)
    }

    /// What libpq says about its connection, on one line.
    static func connectionMessage(_ connection: OpaquePointer) -> String {
        tidy(PQerrorMessage(connection))
    }

    static func tidy(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "unknown error" }
        let lines = String(cString: text).split(separator: "\n").map(String.init)
        return lines.isEmpty ? "the connection was closed" : lines.joined(separator: "; ")
    }

    /// Whether a cached statement no longer fits the schema (0A000 from the plan cache), or is unknown to the server
    /// (26000): preparing it anew helps.
    var isStaleStatement: Bool {
        sqlState == "26000" || (sqlState == "0A000" && sourceFunction == "RevalidateCachedQuery")
    }
}
