import CairnModel

/// The exit codes that scripts depend on.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    case badInput = 2
    case notFound = 3
    case unreachable = 4
    case refused = 5
}

/// Why a command did not do what it was to do: one line what, one line what to do.
struct CommandError: Error, Sendable {
    var status: ExitStatus
    var code: ProblemCode
    var what: String
    var whatToDo: String?
    /// What is wrong in particular, one line each.
    var details: [String] = []

    init(
        _ status: ExitStatus, _ code: ProblemCode, _ what: String, do whatToDo: String? = nil, details: [String] = []
    ) {
        self.status = status
        self.code = code
        self.what = what
        self.whatToDo = whatToDo
        self.details = details
    }

    /// The arguments are wrong.
    static func usage(_ what: String, do whatToDo: String?) -> CommandError {
        CommandError(.badInput, "bad_usage", what, do: whatToDo)
    }

    /// What was given is wrong.
    static func input(_ what: String, do whatToDo: String?, details: [String] = []) -> CommandError {
        CommandError(.badInput, .badRequest, what, do: whatToDo, details: details)
    }

    /// The operation failed, and everything there is to say about it has been said.
    static let silentFailure = CommandError(.failed, "failed", "")
    /// The same when it was refused.
    static let silentRefusal = CommandError(.refused, "refused", "")
    /// The same for input that was found wrong.
    static let silentBadInput = CommandError(.badInput, .invalidTemplate, "")

    var isSilent: Bool { what.isEmpty }

    /// The error for machines.
    var json: JSON {
        [
            "code": .string(code.rawValue), "detail": .string(what), "hint": JSON(whatToDo),
            "errors": .array(details.map(JSON.string)), "exit_code": JSON(status.rawValue),
        ]
    }
}
