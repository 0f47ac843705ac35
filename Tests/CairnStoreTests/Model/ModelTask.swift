/// A step of the model.
struct ModelStep {
    var state = "pending"
    var attempt = 0
    var maxAttempts: Int
    var worker: Int?
    var startedAt = 0
    var runAt: Int?
    var isStopping = false
    var isSuspect = false

    var isOpen: Bool { ["pending", "enqueued", "in_progress", "waiting_for_retry"].contains(state) }
}

/// A task of the model: its rules, said once more, without counters, sets or SQL.
struct ModelTask {
    let template: ModelTemplate
    var state = "pending"
    var stateAt = 0
    var ending: String?
    var priority = 0
    var runAt: Int?
    var isStarted = false
    var steps: [ModelStep]

    init(template: ModelTemplate) {
        self.template = template
        steps = template.steps.map { ModelStep(maxAttempts: $0.maxAttempts) }
    }

    var hasEnded: Bool { ["complete", "cancelled", "resolved_manually"].contains(state) }
    var isBeingStopped: Bool { ending != nil && state != "error" }

    private func isSatisfied(_ number: Int) -> Bool {
        switch steps[number].state {
        case "complete", "resolved_manually": true
        case "error": template.steps[number].onFailure == .goOn
        default: false
        }
    }

    /// Whether what depends on a step is skipped.
    func excludes(_ number: Int) -> Bool {
        steps[number].state == "skipped"
            || (steps[number].state == "error" && template.steps[number].onFailure == .skip)
    }

    /// Everything that follows of itself from the states of the steps.
    mutating func advance(now: Int) {
        for number in steps.indices where steps[number].state == "pending" {
            // Dependencies come first, so one pass sees all that is skipped.
            if template.steps[number].dependencies.contains(where: excludes) {
                steps[number].state = "skipped"
                steps[number].runAt = nil
            }
        }
        if isStarted && ending == nil {
            for number in steps.indices where steps[number].state == "pending" {
                guard template.steps[number].dependencies.allSatisfy(isSatisfied) else {
                    steps[number].runAt = nil
                    continue
                }
                if template.steps[number].hasDelay {
                    if let runAt = steps[number].runAt {
                        if runAt > now { continue }
                    } else {
                        steps[number].runAt = now + 1
                        continue
                    }
                }
                steps[number].state = "enqueued"
                steps[number].runAt = nil
            }
        }
        derive(now: now)
    }

    mutating func derive(now: Int) {
        let before = state
        let failed = steps.indices.filter { steps[$0].state == "error" }.map { template.steps[$0].onFailure }
        func any(_ states: String...) -> Bool { steps.contains { states.contains($0.state) } }
        if let ending, !any("enqueued", "in_progress") {
            state = ending
        } else if any("enqueued", "in_progress") {
            state = "steps_in_process"
        } else if any("waiting_for_retry") {
            state = "waiting_for_retry"
        } else if steps.contains(where: { $0.state == "pending" && $0.runAt != nil }) {
            state = "waiting_for_dependencies"
        } else if !isStarted && steps.contains(where: \.isOpen) {
            state = "pending"
        } else if failed.contains(.error) {
            state = "error"
        } else if failed.contains(.block) {
            state = "blocked_by_failures"
        } else {
            state = steps.contains(where: \.isOpen) ? "waiting_for_dependencies" : "complete"
        }
        if state != before { stateAt = now }
    }

    /// Ends the task as soon as nothing of it runs.
    mutating func stop(_ target: String, now: Int) {
        ending = target
        for number in steps.indices {
            if steps[number].state == "in_progress" {
                steps[number].isStopping = true
            } else if steps[number].isOpen {
                steps[number].state = "cancelled"
                steps[number].runAt = nil
            }
        }
        derive(now: now)
    }

    /// After steps have been settled. A task that is not to outlive a failure ends with a step that fails for good, not
    /// with one that had failed before an operator led the task on.
    mutating func follow(_ settled: [Int], now: Int) {
        let failed = settled.contains { steps[$0].state == "error" && template.steps[$0].onFailure == .error }
        if template.failFast, failed, ending == nil { stop("error", now: now) }
        advance(now: now)
    }

    func downstream(of number: Int) -> Set<Int> {
        var found: Set<Int> = []
        // What was resolved by hand stays as it is, and hides the step from what is behind it.
        func changes(_ other: Int) -> Bool {
            other == number || (found.contains(other) && steps[other].state != "resolved_manually")
        }
        for later in steps.indices.dropFirst(number + 1)
        where template.steps[later].dependencies.contains(where: changes) {
            found.insert(later)
        }
        return found
    }

    /// Those of `atOnce` do not wait their delay again.
    mutating func reset(_ numbers: some Sequence<Int>, atOnce: [Int], now: Int) {
        for number in numbers {
            steps[number].state = "pending"
            steps[number].maxAttempts = steps[number].attempt + template.steps[number].maxAttempts
            steps[number].worker = nil
            steps[number].runAt = isStarted && atOnce.contains(number) ? now : nil
            steps[number].isSuspect = false
        }
    }

    /// As `ModelTests.snapshot` reads it from the database.
    var rendered: String {
        let steps = steps.map { "\($0.state):\($0.attempt)/\($0.maxAttempts)\($0.isStopping ? "!" : "")" }
        return "\(state) \(ending ?? "-") \(steps.joined(separator: " "))"
    }
}
