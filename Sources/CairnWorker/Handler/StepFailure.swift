public import CairnModel

/// How a handler says that its step failed.
public struct StepFailure: Error, Sendable, Hashable {
    /// Whether another attempt may help.
    public enum Kind: Sendable, Hashable {
        /// Run the step again, by its retry policy, while it has attempts left.
        case retryable
        /// No attempt would help.
        case permanent
    }

    /// Whether another attempt may help.
    public var kind: Kind
    /// What went wrong, as a name that stays.
    public var code: String
    /// What went wrong, as a sentence. Stored with the attempt; keep secrets out of it.
    public var message: String
    /// The least wait before the next attempt, honoured when it is longer than the step's backoff.
    public var retryAfter: Duration?
    /// More about it, stored with the attempt: an object whose members stand beside `code` and `message`.
    public var details: JSONObject

    /// A failure.
    public init(
        kind: Kind, code: String = "failed", message: String, retryAfter: Duration? = nil,
        details: JSONObject = JSONObject()
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.details = details
    }

    /// Another attempt may help.
    public static func retryable(
        _ message: String, retryAfter: Duration? = nil, code: String = "failed", details: JSONObject = JSONObject()
    ) -> StepFailure {
        StepFailure(kind: .retryable, code: code, message: message, retryAfter: retryAfter, details: details)
    }

    /// No attempt would help.
    public static func permanent(
        _ message: String, code: String = "failed", details: JSONObject = JSONObject()
    ) -> StepFailure {
        StepFailure(kind: .permanent, code: code, message: message, details: details)
    }
}

extension StepFailure: CustomStringConvertible {
    /// Kind, code and message.
    public var description: String { "\(kind) \(code): \(message)" }
}
