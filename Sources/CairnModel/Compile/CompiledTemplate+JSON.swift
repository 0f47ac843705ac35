extension CompiledTemplate {
    /// The document that SQL stores: snake_case keys, `null` for what is not given.
    package var json: JSON {
        [
            "namespace": .string(namespace), "name": .string(name), "version": .string(version.description),
            "description": JSON(description), "identity": .string(identity.rawValue),
            "input_schema": inputSchema ?? .null, "give_up_after_ms": failure.giveUpAfter.json,
            "fail_fast": .bool(failure.failFast), "stale": failure.staleJSON, "steps": .array(steps.map(\.json)),
        ]
    }
}

extension CompiledStep {
    /// The step's part of the document.
    package var json: JSON {
        [
            "step_no": JSON(number), "name": .string(name), "description": JSON(description),
            "handler": .string(handler), "config": config,
            "depends_on": JSON(dependsOn), "dependents": JSON(dependents), "results_needed": JSON(resultsNeeded),
            "input_literal": inputLiteral ?? .null,
            "input_paths": inputPaths.map { .array($0.map(\.json)) } ?? .null,
            "when": JSON(when), "when_results_needed": JSON(whenResultsNeeded),
            "timeout_ms": JSON(timeout.rawValue), "max_attempts": JSON(retry.maxAttempts),
            "backoff": .string(retry.backoff.rawValue), "backoff_base_ms": JSON(retry.base.rawValue),
            "backoff_max_ms": JSON(retry.max.rawValue),
            "jitter": JSONNumber(retry.jitter).map(JSON.number) ?? 0,
            "on_failure": .string(onFailure.rawValue), "delay_ms": delay.json,
        ]
    }
}

extension Milliseconds? {
    /// A number of milliseconds, or `null`.
    fileprivate var json: JSON { map { JSON($0.rawValue) } ?? .null }
}

extension FailurePolicy {
    /// The states in which a task may rest for too long; `null` when there is none.
    fileprivate var staleJSON: JSON {
        var states = JSONObject()
        for key in StaleKey.allCases {
            guard let rule = stale[key], rule.action != .none else { continue }
            states[key.rawValue] = ["after_ms": JSON(rule.after.rawValue), "action": .string(rule.action.rawValue)]
        }
        return states.isEmpty ? .null : .object(states)
    }
}

extension CompiledStep.InputPath {
    var json: JSON { ["at": .array(at.map(JSON.string)), "path": .string(path)] }
}
