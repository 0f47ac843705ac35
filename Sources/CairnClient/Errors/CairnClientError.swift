public import CairnModel

/// Why a request to a Cairn server did not do what it was to do.
///
/// A refusal of the server is RFC 9457's problem+json, decoded; the rest are the client's own: no server there, or one
/// that answers something else.
public struct CairnClientError: Error, Sendable, Hashable {
    /// What went wrong, as a name that stays.
    public var code: ProblemCode
    /// The HTTP status, if the server answered.
    public var status: Int?
    /// What kind of problem it is, as a title.
    public var title: String?
    /// What went wrong, as a sentence.
    public var detail: String
    /// What to do about it.
    public var hint: String?
    /// What is wrong in particular: one entry each.
    public var issues: [ProblemIssue]
    /// The whole answer of the server, if it was JSON.
    public var json: JSON?

    /// An error.
    public init(
        _ code: ProblemCode, status: Int? = nil, title: String? = nil, detail: String, hint: String?,
        issues: [ProblemIssue] = [], json: JSON? = nil
    ) {
        self.code = code
        self.status = status
        self.title = title
        self.detail = detail
        self.hint = hint
        self.issues = issues
        self.json = json
    }

    /// The task that exists already, when that is the problem.
    public var existingTaskID: Int64? { json?["existing_task_id"]?.intValue }
}

extension ProblemCode {
    /// No server answers at the address.
    public static let unreachable: ProblemCode = "unreachable"
    /// The address is none.
    public static let invalidAddress: ProblemCode = "invalid_address"
    /// Something answers, but not as a Cairn server does.
    public static let unexpectedReply: ProblemCode = "unexpected_reply"
}

extension CairnClientError: CustomStringConvertible {
    /// What happened and, on a second line, what to do.
    public var description: String { hint.map { "\(detail)\n\($0)" } ?? detail }
}
