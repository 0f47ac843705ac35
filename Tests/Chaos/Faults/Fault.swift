import TestSupport

/// What is done to the programs.
enum Fault: String, CaseIterable, Sendable {
    case workerKilled, workerPaused, workerDrained, workerSkewed, workerParted, workerCutInRequest, workerCutInAnswer
    case poison
    case serverKilled, serverPaused, serverParted, serverCut
    case backendKilled, postgresRestarted, everythingCut

    /// As the table calls it.
    var title: String {
        switch self {
        case .workerKilled: "worker: kill -9"
        case .workerPaused: "worker: SIGSTOP for 1 to 12 s, SIGCONT"
        case .workerDrained: "worker: SIGTERM, another one"
        case .workerSkewed: "worker: its clock is off by an hour to a day"
        case .workerParted: "worker: no network for 1 to 12 s"
        case .workerCutInRequest: "worker: connections cut in a request"
        case .workerCutInAnswer: "worker: connections cut in an answer"
        case .poison: "worker: a step that kills it"
        case .serverKilled: "server: kill -9"
        case .serverPaused: "server: SIGSTOP for 1 to 5 s, SIGCONT"
        case .serverParted: "server: no network for 1 to 5 s"
        case .serverCut: "server: connections cut in an answer"
        case .backendKilled: "PostgreSQL: a backend gets kill -9"
        case .postgresRestarted: "PostgreSQL: immediate shutdown, restart"
        case .everythingCut: "network: every connection cut"
        }
    }

    /// How often it is chosen, next to the others.
    var weight: Int {
        switch self {
        case .workerKilled, .workerPaused, .workerCutInAnswer: 3
        case .postgresRestarted, .backendKilled, .everythingCut: 1
        default: 2
        }
    }
}

/// One fault of the plan, which a seed repeats: what comes when. What it meets is up to the machine.
struct PlannedFault: Sendable {
    var fault: Fault
    /// After the one before it.
    var pause: Duration
    /// For faults that last.
    var length: Double
    /// Which worker or server, counted from any number.
    var target: Int

    /// An hour: what is told from the time that a start takes.
    static let leastSkew = 3600

    /// By how many seconds a clock is off: up to a day, before or after.
    var skew: Int {
        let seconds = Int((length * 2 - 1) * 86_400)
        return seconds < 0 ? min(seconds, -Self.leastSkew) : max(seconds, Self.leastSkew)
    }

    /// An endless plan: every fault once before any comes again by weight.
    static func plan(using random: SeededRandom, without missing: Set<Fault>) -> some Sequence<PlannedFault> {
        var random = random
        let faults = Fault.allCases.filter { !missing.contains($0) }
        var first = faults.shuffled(using: &random)
        let weighted = faults.flatMap { Array(repeating: $0, count: $0.weight) }
        return AnyIterator {
            PlannedFault(
                fault: first.popLast() ?? weighted.randomElement(using: &random) ?? .workerKilled,
                pause: .milliseconds(Int.random(in: 200...1500, using: &random)),
                length: Double.random(in: 0...1, using: &random), target: Int.random(in: 0..<1000, using: &random))
        }
    }
}
