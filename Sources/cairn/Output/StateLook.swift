import CairnModel

/// How a state looks in a terminal.
struct StateLook: Sendable, Equatable {
    var symbol: String
    var colour: Colour

    init(step state: StepState?) {
        (symbol, colour) =
            switch state {
            case .pending: ("○", .dim)
            case .enqueued: ("◔", .cyan)
            case .inProgress: ("●", .blue)
            case .enqueuedForOrchestration, .enqueuedAsErrorForOrchestration: ("◕", .blue)
            case .waitingForRetry: ("↻", .yellow)
            case .complete: ("✔", .green)
            case .error: ("✖", .red)
            case .cancelled: ("⊘", .magenta)
            case .resolvedManually: ("☑", .green)
            case .skipped: ("–", .dim)
            case nil: ("?", .plain)
            }
    }

    init(task state: TaskState?) {
        (symbol, colour) =
            switch state {
            case .pending, .initializing: ("○", .dim)
            case .enqueuingSteps: ("◔", .cyan)
            case .stepsInProcess, .evaluatingResults: ("●", .blue)
            case .waitingForDependencies: ("◔", .yellow)
            case .waitingForRetry: ("↻", .yellow)
            case .blockedByFailures, .error: ("✖", .red)
            case .complete: ("✔", .green)
            case .cancelled: ("⊘", .magenta)
            case .resolvedManually: ("☑", .green)
            case nil: ("?", .plain)
            }
    }
}
