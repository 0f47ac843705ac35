/// Everything that can go wrong between a caller and PostgreSQL.
///
/// The description names the code, the SQLSTATE, the message and the constraint; it never holds a bind value, a
/// password, or the server's `detail` and `context`, which may quote data. Those stay available as properties.
public struct PostgresError: Error, Sendable {
    /// What kind of failure this is, and so what a caller may do about it.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the code, as it appears in descriptions.
        public let description: String

        /// The connection was lost, or could not be made, before anything was sent: running it again is safe.
        public static let notSent = Code(description: "notSent")
        /// The connection was lost after sending: the statement may or may not have taken effect.
        public static let outcomeUnknown = Code(description: "outcomeUnknown")
        /// The connection was lost inside a transaction whose commit had not been sent: nothing of it took effect.
        public static let rolledBack = Code(description: "rolledBack")
        /// The server refused the statement; see `sqlState`.
        public static let server = Code(description: "server")
        /// The calling task was cancelled; the statement had no effect.
        public static let cancelled = Code(description: "cancelled")
        /// No connection of the pool became free in time; nothing was sent.
        public static let acquireTimeout = Code(description: "acquireTimeout")
        /// The URL, a setting, or the way something was called is wrong.
        public static let configuration = Code(description: "configuration")
        /// A column does not hold what the caller asked for.
        public static let decoding = Code(description: "decoding")
        /// The pool, the listener or the lease had been closed already; nothing was sent.
        public static let closed = Code(description: "closed")
        /// A statement used COPY or broke the protocol in another way; its connection was closed.
        public static let unsupported = Code(description: "unsupported")
    }

    /// What kind of failure this is.
    public var code: Code
    /// What happened, in a sentence.
    public var message: String
    /// The five characters of the server's SQLSTATE, when the server reported one.
    public var sqlState: String?
    /// The server's detail. May quote data: do not log it.
    public var detail: String?
    /// The server's hint.
    public var hint: String?
    /// The constraint that was violated.
    public var constraint: String?
    /// Where in nested functions the error arose. May quote data: do not log it.
    public var context: String?
    /// The place in the statement's text, counted in characters from 1.
    public var position: Int?
    /// The server's function that raised the error: the one field that no translation changes.
    var sourceFunction: String?

    /// An error of this code with a message.
    public init(code: Code, message: String, sqlState: String? = nil) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
    }
}

extension PostgresError {
    /// Whether the connection was lost or could not be made.
    public var isConnectionLost: Bool {
        code == .notSent || code == .outcomeUnknown || code == .rolledBack
    }

    /// Whether the data is at fault (class 22: out of range, invalid text, division by zero): trying again cannot help.
    public var isDataError: Bool { sqlState?.hasPrefix("22") ?? false }

    /// Whether the server refused it for the sake of another transaction (class 40): running it again may succeed.
    public var isTransactionConflict: Bool { sqlState?.hasPrefix("40") ?? false }

    /// Whether a lock could not be had in time (55P03): somebody was in the way. Running it again may succeed.
    public var isLockTimeout: Bool { sqlState == "55P03" }

    /// Whether a constraint of the schema was violated (class 23).
    public var isConstraintViolation: Bool { sqlState?.hasPrefix("23") ?? false }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Code, SQLSTATE, message and constraint. For data errors, what the server quotes is left out.
    public var description: String {
        var text = "PostgresError.\(code)"
        if let sqlState { text += " \(sqlState)" }
        text += ": \(isDataError ? Self.withoutQuotes(message) : message)"
        if let constraint { text += " (constraint \(constraint))" }
        return text
    }

    /// The same as `description`, so that no way of printing shows more.
    public var debugDescription: String { description }

    /// Class 22 messages end in the offending value: `invalid input syntax for type integer: "…"`.
    private static func withoutQuotes(_ message: String) -> String {
        guard let first = message.firstIndex(of: "\""), let last = message.lastIndex(of: "\""), first < last else {
            return message
        }
        return message[...first] + "…" + message[last...]
    }
}

extension PostgresError: CustomReflectable {
    /// Shows what the description shows, and nothing else.
    public var customMirror: Mirror {
        Mirror(self, children: ["description": description], displayStyle: .struct)
    }
}
