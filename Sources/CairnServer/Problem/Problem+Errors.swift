import CairnModel
import CairnOrchestrator
import CairnStore
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres

extension Problem {
    /// The answer to any error that a handler may throw.
    init(_ error: any Error) {
        switch error {
        case let error as Problem: self = error
        case let error as JSONError: self.init(json: error)
        case let error as CairnError: self.init(cairn: error)
        case let error as PostgresError: self.init(postgres: error)
        case let error as IntakeError: self.init(intake: error)
        case let error as ActionDelayed: self.init(delayed: error)
        case let error as HTTPError: self.init(error.status, "bad_request", error.body ?? error.status.reasonPhrase)
        default:
            self.init(
                .internalServerError, .internal, "the server made a mistake", hint: "look for the error_id in its log")
            cause = String(reflecting: error)
        }
    }

    /// A body that is no JSON.
    init(json error: JSONError, lineOffset: Int = 0) {
        let tooLarge = error.code == .tooLarge
        self.init(
            tooLarge ? .contentTooLarge : .badRequest, tooLarge ? .bodyTooLarge : .invalidJSON,
            "line \(error.line + lineOffset), column \(error.column): \(error.message)")
        members = [
            JSONObject.Member(name: "line", value: JSON(error.line + lineOffset)),
            JSONObject.Member(name: "column", value: JSON(error.column)),
            JSONObject.Member(name: "pointer", value: .string(error.pointer.description)),
            JSONObject.Member(name: "json_code", value: .string(error.code.rawValue)),
        ]
    }

    private init(cairn error: CairnError) {
        self.init(Problem.status(of: error), error.code, error.message, hint: error.hint)
        members = error.details?.objectValue?.members ?? []
        if status.kind == .serverError {
            detail = "the server made a mistake"
            cause = error.description
        }
    }

    private init(intake error: IntakeError) {
        switch error {
        case .overloaded:
            self = Problem(.serviceUnavailable, .overloaded, "too many submits wait already; nothing was stored")
                .retryAfter(seconds: 1)
        case .closed:
            self = Problem(.serviceUnavailable, .shuttingDown, "the server is stopping; nothing was stored")
                .retryAfter(seconds: 2)
        case .keyHeld:
            self = Problem(
                .serviceUnavailable, .databaseBusy,
                "another transaction has a task with this key, and has not ended; nothing was stored",
                hint: "try again; if it stays so, look for a transaction that was left open (pg_stat_activity)"
            ).retryAfter(seconds: 2)
        }
    }

    private init(delayed error: ActionDelayed) {
        self = Problem(
            .serviceUnavailable, .databaseBusy, "\(error); nothing was changed",
            hint: "try again; if it stays so, look for a transaction that was left open (pg_stat_activity)"
        ).retryAfter(seconds: error.reason == .locked ? 2 : 5)
    }

    private init(postgres error: PostgresError) {
        if error.code == .outcomeUnknown {
            self = Problem(
                .serviceUnavailable, .databaseUnavailable,
                "the connection to the database was lost; what was asked for may or may not have been done",
                hint: "look before you send it again; a submit with an idempotency_key can simply be sent again"
            ).retryAfter(seconds: 2)
        } else if error.isConnectionLost || error.code == .closed || ["53", "57", "58"].contains(error.sqlClass)
            || error.sqlState == "25006"
        {
            self = Problem(
                .serviceUnavailable, .databaseUnavailable, "the database cannot be reached; nothing was changed",
                hint: "try again"
            ).retryAfter(seconds: 2)
        } else if error.code == .acquireTimeout || error.isTransactionConflict || error.sqlClass == "55" {
            self = Problem(.serviceUnavailable, .databaseBusy, "the database did not get to it; nothing was changed")
                .retryAfter(seconds: 1)
        } else if error.isDataError || error.sqlClass == "54" {
            self.init(.badRequest, .invalidValue, "the request has a value that PostgreSQL cannot store")
        } else if error.sqlClass == "42" || error.sqlClass == "3F" {
            self = Problem(
                .serviceUnavailable, .notReady, "the database has not the schema of this server",
                hint: "run `cairn migrate`, or start the server with --migrate"
            ).retryAfter(seconds: 5)
        } else {
            self.init(
                .internalServerError, .internal, "the server made a mistake", hint: "look for the error_id in its log")
        }
        cause = error.description
    }
}

extension Problem {
    /// The status that goes with an error: its kind if it has one, otherwise its code.
    private static func status(of error: CairnError) -> HTTPResponse.Status {
        switch error.kind {
        case .badRequest: .badRequest
        case .notFound: .notFound
        case .conflict: .conflict
        case nil: status(of: error.code)
        }
    }

    /// The status that goes with a code of the database or the model.
    static func status(of code: ProblemCode) -> HTTPResponse.Status {
        switch code {
        case .notFound, .taskNotFound, .stepNotFound, .templateNotFound, .namespaceNotFound, .hookNotFound: .notFound
        case .duplicateTask, .versionImmutable, .illegalTransition, .leaseLost: .conflict
        case .tooLarge: .contentTooLarge
        case .schemaMismatch, .unavailable: .serviceUnavailable
        case .internal: .internalServerError
        default: .badRequest
        }
    }
}

extension PostgresError {
    /// The first two characters of the SQLSTATE.
    fileprivate var sqlClass: String? { sqlState.map { String($0.prefix(2)) } }
}
