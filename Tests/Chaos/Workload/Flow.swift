/// A template of the suite, and what must become of its tasks whatever happens to the programs that run them.
struct Flow: Sendable {
    struct Step: Sendable {
        var name: String
        var dependsOn: [String] = []
        /// What `effect.sh` does.
        var behaviour = "works"
        var seconds: Double = 0
        /// Further members of the template's step, as JSON.
        var extra = #""retry": {"max_attempts": 100, "backoff": "fixed", "base": "50ms"}"#
        /// The state in which it must end.
        var end = "complete"
    }

    var name: String
    /// How often it is chosen, next to the others.
    var weight: Int
    var steps: [Step]
    /// Further members of the template, as JSON.
    var extra = ""
    /// The state in which its tasks must end, unless somebody cancels them.
    var end = "complete"
    /// The reason of the dead letter that each of its tasks must have.
    var deadLetter: String?
    /// Whether its tasks are cancelled while they run.
    var isCancelled = false
    /// How many attempts its steps have, when faults alone may use them up: its tasks may then end in error as well.
    var attempts: Int?

    /// The state in which a step must end, when another one, or none, has lost its last attempt.
    func end(of name: String, lost: String?) -> String {
        guard let step = steps.first(where: { $0.name == name }) else { return "none" }
        if name == lost { return "error" }
        return step.dependsOn.contains { $0 == lost } ? "pending" : step.end
    }

    /// The template, as it is registered.
    func template(script: String, effects: String) -> String {
        let steps = steps.map { step in
            let dependencies = step.dependsOn.map { "\"\($0)\"" }.joined(separator: ", ")
            return """
                {"name": "\(step.name)", "handler": "cairn.process", "depends_on": [\(dependencies)], \(step.extra),
                 "config": {"argv": ["\(script)", "\(effects)", "\(step.behaviour)", "\(step.seconds)"]}}
                """
        }
        return """
            {"namespace": "chaos", "name": "\(name)", "version": "1.0.0", "identity": "caller_provided",\(extra)
             "steps": [\(steps.joined(separator: ",\n"))]}
            """
    }
}

extension Flow {
    /// Every kind of outcome that a template can ask for.
    static let all: [Flow] = [
        Flow(
            name: "diamond", weight: 6,
            steps: [
                Step(name: "a"), Step(name: "b", dependsOn: ["a"]), Step(name: "c", dependsOn: ["a"]),
                Step(name: "d", dependsOn: ["b", "c"]),
            ]),
        Flow(
            name: "slow_chain", weight: 3,
            steps: [
                Step(name: "a", seconds: 0.2), Step(name: "b", dependsOn: ["a"], seconds: 0.5),
                Step(name: "c", dependsOn: ["b"], seconds: 0.1), Step(name: "d", dependsOn: ["c"]),
            ]),
        Flow(
            name: "fan", weight: 2,
            steps: [Step(name: "split")] + (1...8).map { Step(name: "part_\($0)", dependsOn: ["split"]) } + [
                Step(name: "join", dependsOn: (1...8).map { "part_\($0)" })
            ]),
        Flow(
            name: "flaky", weight: 3,
            steps: [Step(name: "a", behaviour: "fails_twice"), Step(name: "b", dependsOn: ["a"])]),
        Flow(
            name: "hangs", weight: 1,
            steps: [
                Step(
                    name: "a", behaviour: "hangs_once", seconds: 60,
                    extra: #""timeout": "1s", "retry": {"max_attempts": 100, "backoff": "none"}"#),
                Step(name: "b", dependsOn: ["a"]),
            ]),
        Flow(
            name: "refused", weight: 1,
            steps: [
                Step(name: "a"), Step(name: "b", dependsOn: ["a"], behaviour: "fails", end: "error"),
                Step(name: "sibling", dependsOn: ["a"]), Step(name: "c", dependsOn: ["b"], end: "pending"),
            ], end: "error", deadLetter: "permanent_error"),
        Flow(
            name: "tolerated", weight: 1,
            steps: [
                Step(
                    name: "a", behaviour: "fails", extra: #""on_failure": "continue", "retry": {"max_attempts": 100}"#,
                    end: "error"), Step(name: "b", dependsOn: ["a"]),
            ]),
        Flow(
            name: "skipped", weight: 1,
            steps: [
                Step(
                    name: "a", behaviour: "fails",
                    extra: #""on_failure": "skip_dependents", "retry": {"max_attempts": 100}"#, end: "error"),
                Step(name: "b", dependsOn: ["a"], end: "skipped"), Step(name: "other"),
            ]),
        Flow(
            name: "given_up", weight: 1,
            steps: [
                Step(
                    name: "a", behaviour: "fails", extra: #""on_failure": "block", "retry": {"max_attempts": 100}"#,
                    end: "error"), Step(name: "b", dependsOn: ["a"], end: "pending"),
            ], extra: #" "give_up_after": "2s","#, end: "error", deadLetter: "permanent_error"),
        Flow(
            name: "cancelled", weight: 2,
            steps: [
                Step(name: "a", seconds: 0.2), Step(name: "b", dependsOn: ["a"], seconds: 0.4),
                Step(name: "c", dependsOn: ["b"], seconds: 0.2),
            ], isCancelled: true),
        Flow(
            name: "few_attempts", weight: 3,
            steps: [
                Step(name: "a", seconds: 0.3, extra: #""retry": {"max_attempts": 2, "backoff": "none"}"#),
                Step(
                    name: "b", dependsOn: ["a"], seconds: 0.3,
                    extra: #""retry": {"max_attempts": 2, "backoff": "none"}"#),
            ], attempts: 2),
    ]

    /// The one whose step kills every worker that runs it. It is submitted as a fault, not as work.
    static let poison = Flow(
        name: "poison", weight: 0,
        steps: [
            Step(
                name: "a", behaviour: "kills_its_worker",
                extra: #""retry": {"max_attempts": 2, "backoff": "none"}"#, end: "error"),
            Step(name: "b", dependsOn: ["a"], end: "pending"),
        ], end: "error", deadLetter: "poison")

    /// A flow for each number that a generator gives, by weight.
    static func random(using random: inout some RandomNumberGenerator) -> Flow {
        var left = Int.random(in: 0..<all.reduce(0) { $0 + $1.weight }, using: &random)
        for flow in all {
            left -= flow.weight
            if left < 0 { return flow }
        }
        return all[0]
    }
}
