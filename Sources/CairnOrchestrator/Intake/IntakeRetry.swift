import Postgres

/// What to do about a statement that failed.
package enum IntakeRetry: Sendable, Hashable {
    /// Send it again: it had no effect and may succeed now.
    case again
    /// Send it again, and wait for locks as long as it takes: somebody is in everybody's way.
    case patiently
    /// A key of one of its requests is held by another transaction.
    case keyHeld
    /// Send each request alone, so that one request's data does not harm the others.
    case apart
    /// Tell the callers.
    case giveUp

    /// Decides about a failure of the `attempt`th try (from 1) of a statement with this many requests, which waited for
    /// locks for so long.
    package init(after error: any Error, attempt: Int, patience: IntakePatience, requests: Int) {
        self = .giveUp
        guard let error = error as? PostgresError else { return }
        let hadNoEffect = error.code == .notSent || error.code == .rolledBack
        if error.isLockTimeout {
            if error.concernsKey { self = .keyHeld } else if patience == .short { self = .patiently }
        } else if error.isTransactionConflict && attempt < 4 || hadNoEffect && attempt < 2 {
            self = .again
        } else if error.code == .server, requests > 1, !Self.concernsAll(error.sqlState) {
            self = .apart
        }
    }

    /// Whether the server's state is to blame, and not the data: no resources (53), shutting down (57), read-only
    /// (25), not migrated (3F000, 42).
    private static func concernsAll(_ sqlState: String?) -> Bool {
        guard let sqlState else { return true }
        // One request took too long: the others need not wait for it again.
        if sqlState == "57014" { return false }
        return ["25", "53", "57", "58", "3F", "42"].contains(String(sqlState.prefix(2)))
    }
}

extension PostgresError {
    /// Whether the lock that was not to be had is that of a row with a key, and not of a table.
    ///
    /// Where Cairn knows, it says so. Else, whatever language it is said in, PostgreSQL names the table or the index of
    /// the row first and without its schema; after a wait for a table, what comes first is the text of the statement.
    fileprivate var concernsKey: Bool {
        if hint == "key_held" { return true }
        guard let line = context?.split(separator: "\n").first else { return false }
        return line.contains("task_details") && !line.contains("cairn.")
    }
}
