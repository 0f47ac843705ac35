/// What went wrong, for a person and for a program: a code that stays, a sentence, and what to do about it.
///
/// Payloads and bind values are never part of an error.
public struct CairnError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, as a name that stays.
    public var code: ProblemCode
    /// What went wrong, as a sentence.
    public var message: String
    /// What to do about it.
    public var hint: String?
    /// What kind of refusal it is; nil where the code alone says so.
    public var kind: Kind?
    /// What else is known of it, as an object: `state`, or the `pointer` to what is wrong with the request.
    public var details: JSON?

    /// The kinds of refusals.
    public enum Kind: Sendable, Hashable {
        /// The request or its arguments are wrong.
        case badRequest
        /// There is no such thing.
        case notFound
        /// The state of the thing does not allow it.
        case conflict
    }

    /// An error.
    public init(
        _ code: ProblemCode, _ message: String, hint: String? = nil, kind: Kind? = nil, details: JSON? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.kind = kind
        self.details = details
    }

    /// The message and, on a second line, the hint.
    public var description: String { hint.map { "\(message)\n\($0)" } ?? message }
}
