/// The stable name of a kind of problem: the `code` of the API's problem+json, of SQL errors and of the CLI's `--json`.
public struct ProblemCode: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    /// The name, in snake_case.
    public let rawValue: String

    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// A code by its name.
    public init(stringLiteral value: String) { rawValue = value }

    /// The name.
    public var description: String { rawValue }

    /// The request or its arguments are wrong.
    public static let badRequest: ProblemCode = "bad_request"
    /// The text is no JSON that Cairn can hold; see ``JSONError``.
    public static let invalidJSON: ProblemCode = "invalid_json"
    /// The template has errors; they are listed.
    public static let invalidTemplate: ProblemCode = "invalid_template"
    /// The context is no object, or does not match the template's `input_schema`.
    public static let invalidContext: ProblemCode = "invalid_context"
    /// The request is larger than the limits allow.
    public static let tooLarge: ProblemCode = "too_large"
    /// There is no such thing.
    public static let notFound: ProblemCode = "not_found"
    /// There is no such task.
    public static let taskNotFound: ProblemCode = "task_not_found"
    /// There is no such step.
    public static let stepNotFound: ProblemCode = "step_not_found"
    /// There is no such template, or not in this version.
    public static let templateNotFound: ProblemCode = "template_not_found"
    /// There is no such namespace.
    public static let namespaceNotFound: ProblemCode = "namespace_not_found"
    /// There is no such hook.
    public static let hookNotFound: ProblemCode = "hook_not_found"
    /// A template with this name and version exists and differs.
    public static let versionImmutable: ProblemCode = "version_immutable"
    /// A task with the same identity exists.
    public static let duplicateTask: ProblemCode = "duplicate_task"
    /// The template's identity needs an `idempotency_key`, and none was given.
    public static let idempotencyKeyRequired: ProblemCode = "idempotency_key_required"
    /// The state does not allow this.
    public static let illegalTransition: ProblemCode = "illegal_transition"
    /// The lease was lost: another attempt or worker owns the step.
    public static let leaseLost: ProblemCode = "lease_lost"
    /// Who asks is not known.
    public static let unauthenticated: ProblemCode = "unauthenticated"
    /// Who asks may not do this.
    public static let forbidden: ProblemCode = "forbidden"
    /// The server or the database cannot be reached.
    public static let unavailable: ProblemCode = "unavailable"
    /// The schema of the database is not the one this program needs.
    public static let schemaMismatch: ProblemCode = "schema_mismatch"
    /// A fault in Cairn itself.
    public static let `internal`: ProblemCode = "internal"
}
