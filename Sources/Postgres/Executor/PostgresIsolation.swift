/// How much of other transactions a transaction sees.
public struct PostgresIsolation: Sendable, Hashable {
    let sql: String

    /// What was committed when each statement began. PostgreSQL's usual level.
    public static let readCommitted = PostgresIsolation(sql: "read committed")
    /// What was committed when the first statement began.
    public static let repeatableRead = PostgresIsolation(sql: "repeatable read")
    /// As if transactions ran one after another; expect SQLSTATE 40001, and try again.
    public static let serializable = PostgresIsolation(sql: "serializable")
}
