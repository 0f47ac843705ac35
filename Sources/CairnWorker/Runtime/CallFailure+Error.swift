import CairnModel
import Postgres

extension CallFailure {
    /// What an error of the database means for what to do next. The words come from the server and may stand in a log:
    /// they hold no payload.
    init(_ error: any Error) {
        guard let error = error as? PostgresError else {
            self = .noEffect(.refused, "\(error)")
            return
        }
        let words = error.description
        switch error.sqlState {
        case let state? where error.isDataError || state.hasPrefix("54"): self = .data(words)
        case _? where error.isTransactionConflict: self = .conflict
        case "3F000", "42P01", "42883", "42703", "42704": self = .noEffect(.notMigrated, words)
        case let state? where state.hasPrefix("57P") || state.hasPrefix("08") || state == "3D000":
            self = .unreachable(error, words)
        case _? where !error.isConnectionLost: self = .noEffect(.refused, words)
        default: self = .unreachable(error, words)
        }
    }

    /// Whoever was cut off in the middle does not know whether the server went through with it.
    private static func unreachable(_ error: PostgresError, _ words: String) -> CallFailure {
        error.code == .outcomeUnknown ? .unknown(words) : .noEffect(.unreachable, words)
    }
}
