import CairnClient
import CairnModel
import EmbeddedPostgres
import Postgres

extension CommandError {
    /// Whatever was thrown, in the form in which it is told.
    init(_ error: any Error) {
        switch error {
        case let error as CommandError: self = error
        case let error as CairnClientError: self.init(client: error)
        case let error as CairnError: self.init(database: error)
        case let error as PostgresError: self.init(postgres: error)
        case let error as EmbeddedPostgresError:
            self.init(.unreachable, .unavailable, error.what, do: error.whatToDo)
        case let error as JSONError:
            self = .input("invalid JSON: \(error)", do: "Mend it, and try again")
        case is CancellationError: self.init(.failed, "cancelled", "it was interrupted", do: "Run it again")
        default: self.init(.failed, .internal, "\(error)")
        }
    }

    private init(client error: CairnClientError) {
        let status: ExitStatus =
            switch (error.code, error.status) {
            case (.unreachable, _), (.unavailable, _), (_, 502?), (_, 503?), (_, 504?): .unreachable
            case (.invalidAddress, _): .badInput
            case (_, 404?): .notFound
            case (_, 401?), (_, 403?), (_, 409?): .refused
            case (_, let status?) where (400..<500).contains(status): .badInput
            default: .failed
            }
        self.init(
            status, error.code, Self.what(error), do: Advice.about(error), details: error.issues.map(\.description))
    }

    /// The sentence of a refusal, without the first of its issues at the end: all of them are listed below it.
    private static func what(_ error: CairnClientError) -> String {
        guard let first = error.issues.first else { return error.detail }
        let tail = ": \(first.pointer ?? "") \(first.message)"
        return error.detail.hasSuffix(tail) ? String(error.detail.dropLast(tail.count)) : error.detail
    }

    private init(database error: CairnError) {
        let status: ExitStatus =
            switch error.code {
            case .schemaMismatch, .illegalTransition, .duplicateTask, .versionImmutable: .refused
            case .notFound, .taskNotFound, .stepNotFound, .templateNotFound, .namespaceNotFound: .notFound
            case .unavailable: .unreachable
            case .internal: .failed
            default: .badInput
            }
        self.init(status, error.code, error.message, do: error.hint)
    }

    private init(postgres error: PostgresError) {
        if error.code == .configuration {
            self = .input(
                "the database's URL is wrong: \(error.message)", do: "Write it as postgresql://user@host:port/name")
        } else if error.isConnectionLost || error.code == .acquireTimeout || error.sqlState?.hasPrefix("28") == true
            || error.sqlState == "3D000"
        {
            self.init(
                .unreachable, .unavailable, "the database cannot be reached: \(error.message)",
                do: "Check DATABASE_URL, and that PostgreSQL runs there")
        } else if error.sqlState == "42501" {
            self.init(.refused, .forbidden, error.message, do: "Connect as the owner of the schema")
        } else {
            self.init(.failed, .internal, "\(error)", do: error.hint)
        }
    }
}
