import CairnModel
import Postgres

extension CallFailure {
    /// What an error of the database means for what to do next. The words come from the server and may stand in a log:
    /// they hold no payload.
    init(_ error: any Error) {
        if let error = error as? CairnError {
            self = .rejected(error)
            return
        }
        guard let error = error as? PostgresError else {
            self = .noEffect(.refused, "\(error)")
            return
        }
        let words = error.description
        guard let state = error.sqlState else {
            self = Self.withoutState(error, words)
            return
        }
        switch state {
        case _ where error.isTransactionConflict: self = .conflict
        case _ where error.isLockTimeout: self = .locked(words)
        case "3F000", "42P01", "42883", "42703", "42704": self = .noEffect(.notMigrated, words)
        case _ where state.hasPrefix("57P") || state.hasPrefix("08") || state == "3D000":
            self = .unreachable(error, words)
        case _ where error.isConnectionLost: self = .unreachable(error, words)
        case _ where Self.concernsEverybody(state): self = .noEffect(.refused, words)
        default: self = .refused(words)
        }
    }

    /// States that say nothing of the statement, but that the whole database, or the way to it, is in a bad way: these
    /// are waited for.
    private static func concernsEverybody(_ state: String) -> Bool {
        let classes = [
            "25",  // a transaction's state, such as a server that only reads
            "26",  // a prepared statement that a pooler does not know
            "28",  // a login that is refused
            "53",  // disk, memory or connections at their end
            "55",  // locked, or in use by somebody else
            "57",  // cancelled, or shutting down
            "58",  // the system under the server
            "F0",  // the server's configuration
        ]
        // A right that is missing; a prepared statement of somebody else; damaged data.
        return classes.contains { state.hasPrefix($0) } || ["42501", "42P05", "XX001", "XX002"].contains(state)
    }

    /// What went wrong on this side of the connection.
    private static func withoutState(_ error: PostgresError, _ words: String) -> CallFailure {
        switch error.code {
        // An answer came, and cannot be read.
        case .decoding, .unsupported: .unknown(.refused, words)
        case .configuration: .noEffect(.refused, words)
        default: .unreachable(error, words)
        }
    }

    /// Whoever was cut off in the middle does not know whether the server went through with it.
    private static func unreachable(_ error: PostgresError, _ words: String) -> CallFailure {
        error.code == .outcomeUnknown ? .unknown(.unreachable, words) : .noEffect(.unreachable, words)
    }
}
