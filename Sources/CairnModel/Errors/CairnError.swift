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

    /// An error.
    public init(_ code: ProblemCode, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The message and, on a second line, the hint.
    public var description: String { hint.map { "\(message)\n\($0)" } ?? message }
}
