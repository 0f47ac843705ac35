import TestSupport

/// One step of a random sequence. Its numbers mean whatever is there when it runs, so that any part of a sequence is a
/// sequence too.
enum Operation: CustomStringConvertible {
    case submit(template: Int, later: Bool)
    case claim(worker: Int, want: Int)
    /// Settles some of what the worker holds, and claims so many steps in the same call.
    case settle(worker: Int, outcomes: [(pick: Int, outcome: String)], want: Int)
    /// The clock jumps, and a server sweeps.
    case jump
    /// A worker dies, another takes its place, and a server sweeps.
    case lose(worker: Int)
    case cancel(task: Int)
    case retry(task: Int)
    case resolve(task: Int)
    case reset(task: Int, step: Int)
    case rerun(task: Int, step: Int, downstream: Bool)
    case settleByHand(task: Int, step: Int, completes: Bool)
    case priority(task: Int, Int)
    case pause(Bool)

    static func random(_ random: inout SeededRandom) -> Operation {
        func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
        let (task, step) = (number(100), number(100))
        switch number(100) {
        case 0..<10: return .submit(template: number(100), later: number(6) == 0)
        case 10..<35: return .claim(worker: number(2), want: number(4) + 1)
        case 35..<65:
            // Often all succeed: then what they unlock may go on at once.
            let failures = ["retryable", "permanent", "timed_out", "released"]
            let share = number(2) * 40
            return .settle(
                worker: number(2),
                outcomes: (0...number(3)).map { _ in
                    (number(100), number(100) < share ? failures[number(failures.count)] : "succeeded")
                }, want: number(2) * (number(4) + 1))
        case 65..<75: return .jump
        case 75..<78: return .lose(worker: number(2))
        case 78..<81: return .cancel(task: task)
        case 81..<84: return .retry(task: task)
        case 84..<86: return .resolve(task: task)
        case 86..<89: return .reset(task: task, step: step)
        case 89..<92: return .rerun(task: task, step: step, downstream: Bool.random(using: &random))
        case 92..<96: return .settleByHand(task: task, step: step, completes: Bool.random(using: &random))
        case 96..<98: return .priority(task: task, number(3) - 1)
        default: return .pause(Bool.random(using: &random))
        }
    }

    var description: String {
        switch self {
        case .submit(let template, let later): "submit(template \(template)\(later ? ", later" : ""))"
        case .claim(let worker, let want): "claim(worker \(worker), \(want))"
        case .settle(let worker, let outcomes, let want):
            "settle(worker \(worker), \(outcomes.map { "\($0.pick) \($0.outcome)" }.joined(separator: ", ")), want \(want))"
        case .jump: "jump"
        case .lose(let worker): "lose(worker \(worker))"
        case .cancel(let task): "cancel(task \(task))"
        case .retry(let task): "retry(task \(task))"
        case .resolve(let task): "resolve(task \(task))"
        case .reset(let task, let step): "reset(task \(task), step \(step))"
        case .rerun(let task, let step, let downstream):
            "rerun(task \(task), step \(step)\(downstream ? ", downstream" : ""))"
        case .settleByHand(let task, let step, let completes):
            "\(completes ? "complete" : "resolve")(task \(task), step \(step))"
        case .priority(let task, let priority): "priority(task \(task), \(priority))"
        case .pause(let isPaused): isPaused ? "pause" : "resume"
        }
    }
}
