public import Logging

/// What a handler may know of the step it runs.
public struct StepContext: Sendable {
    /// The task.
    public var taskID: Int64
    /// The step's name.
    public var stepName: String
    /// The step's number in its template.
    public var stepNo: Int
    /// Which run of the step this is, from 1.
    public var attempt: Int
    /// How many runs the step has at most, with those that an operator has given it.
    public var maxAttempts: Int
    /// The namespace.
    public var namespace: String
    /// The template.
    public var templateName: String
    /// The template's version.
    public var templateVersion: String
    /// The results, and errors, of the steps this one depends on.
    public var results: StepResults
    /// The headers the task was submitted with.
    public var headers: StepDocument
    /// The correlation id the task was submitted with.
    public var correlationID: String?
    /// The step's `config`.
    public var config: StepDocument
    /// Whether the step's template maps its input.
    public var mapsInput: Bool
    /// When the step's timeout passes.
    public var deadline: ContinuousClock.Instant
    /// Where to log: it carries the task's id, the step's name and the attempt.
    public var logger: Logger

    /// A context; tests of handlers make one themselves.
    public init(
        taskID: Int64, stepName: String, stepNo: Int = 1, attempt: Int = 1, maxAttempts: Int = 1,
        namespace: String = "test", templateName: String = "test", templateVersion: String = "1.0.0",
        results: StepDocument? = nil, errors: StepDocument? = nil, headers: StepDocument? = nil,
        correlationID: String? = nil,
        config: StepDocument? = nil, mapsInput: Bool = false, deadline: ContinuousClock.Instant = .now + .seconds(30),
        logger: Logger = Logger(label: "cairn.step")
    ) {
        self.taskID = taskID
        self.stepName = stepName
        self.stepNo = stepNo
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.namespace = namespace
        self.templateName = templateName
        self.templateVersion = templateVersion
        self.results = StepResults(document: results ?? .emptyObject, errors: errors)
        self.headers = headers ?? .emptyObject
        self.correlationID = correlationID
        self.config = config ?? .emptyObject
        self.mapsInput = mapsInput
        self.deadline = deadline
        self.logger = logger
    }

    /// Whether the step has no run left after this one, unless somebody resets it.
    public var isLastAttempt: Bool { attempt >= maxAttempts }

    /// The same for every attempt of this step and for no other step: `<task>.<step>`.
    public var idempotencyKey: String { "\(taskID).\(stepName)" }
}
