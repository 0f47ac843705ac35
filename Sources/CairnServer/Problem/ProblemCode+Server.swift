import CairnModel

/// Codes of the HTTP interface. Those of refused submits come from the database.
extension ProblemCode {
    /// A path that leads nowhere.
    static let routeNotFound: ProblemCode = "route_not_found"
    /// A path that is there, with a method that is not.
    static let methodNotAllowed: ProblemCode = "method_not_allowed"
    /// An id that is no positive 64-bit number.
    static let invalidID: ProblemCode = "invalid_id"
    /// A parameter of the query that is not known or not of its form.
    static let invalidParameter: ProblemCode = "invalid_parameter"
    /// A member of the body that is not known.
    static let unknownMember: ProblemCode = "unknown_member"
    /// A member of the body that must be there is not.
    static let missingMember: ProblemCode = "missing_member"
    /// A member of the body with a value it cannot have.
    static let invalidMember: ProblemCode = "invalid_member"
    /// An option of a submit with a value it cannot have; the database says the same.
    static let invalidOption: ProblemCode = "invalid_option"
    /// A callback to an address that hooks are not posted to.
    static let callbackRefused: ProblemCode = "callback_refused"
    /// An action that is none of those that can be done here.
    static let invalidAction: ProblemCode = "invalid_action"
    /// A filter that does not say which tasks are meant.
    static let invalidFilter: ProblemCode = "invalid_filter"
    /// There is no such dead letter.
    static let deadLetterNotFound: ProblemCode = "dead_letter_not_found"
    /// A body that is larger than allowed.
    static let bodyTooLarge: ProblemCode = "body_too_large"
    /// A body that does not say it is JSON.
    static let unsupportedMediaType: ProblemCode = "unsupported_media_type"
    /// A body that did not arrive in time.
    static let requestTimeout: ProblemCode = "request_timeout"
    /// A batch without items.
    static let emptyBatch: ProblemCode = "empty_batch"
    /// A batch with too many items.
    static let batchTooLarge: ProblemCode = "batch_too_large"
    /// Nothing of the batch was stored, because of some of its items.
    static let batchRefused: ProblemCode = "batch_refused"
    /// Refused because of another item of the batch.
    static let groupRefused: ProblemCode = "group_refused"
    /// A request for another host than this one.
    static let wrongHost: ProblemCode = "wrong_host"
    /// More requests than the server can hold.
    static let overloaded: ProblemCode = "overloaded"
    /// The server is stopping.
    static let shuttingDown: ProblemCode = "shutting_down"
    /// The database cannot be reached.
    static let databaseUnavailable: ProblemCode = "database_unavailable"
    /// The database answers, but not in time.
    static let databaseBusy: ProblemCode = "database_busy"
    /// The server is not ready to serve.
    static let notReady: ProblemCode = "not_ready"
    /// A value that PostgreSQL cannot store.
    static let invalidValue: ProblemCode = "invalid_value"
}
