import CairnModel
import Foundation

/// What a run found.
struct ChaosReport: Sendable {
    var seed: UInt64
    var faults: [FaultLog.Row]
    var tasks: Int
    var steps: Int
    /// Attempts by the database's account.
    var attempts: Int
    /// Runs by the effects' account: a claim that never reached its worker has none.
    var runs: Int
    var lateStarts: Int
    /// Hooks that came, and how often they were posted in all.
    var hooks: Int
    var posts: Int
    var violations: [Violation]
    var took = Duration.zero

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

    private static func median(_ row: FaultLog.Row) -> Double? {
        let sorted = row.recoveries.sorted()
        return sorted.isEmpty ? nil : seconds(sorted[sorted.count / 2])
    }

    private static func longest(_ row: FaultLog.Row) -> Double? { row.recoveries.max().map(seconds) }

    /// For people: the table, then the verdict.
    var text: String {
        func cell(_ value: Double?) -> String { value.map { String(format: "%8.2f", $0) } ?? "       –" }
        let width = faults.map(\.fault.title.count).max() ?? 0
        func padded(_ text: String) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
        var lines = [padded("FAULT") + "   TIMES  MEASURED  GOES ON AFTER s: p50       max"]
        for row in faults {
            lines.append(
                padded(row.fault.title) + String(format: "%8d%10d", row.times, row.recoveries.count)
                    + String(repeating: " ", count: 15)
                    + cell(Self.median(row)) + "  " + cell(Self.longest(row)))
        }
        lines += [
            "",
            "\(tasks) tasks, \(steps) steps, \(attempts) attempts, \(runs) program runs, \(lateStarts) of them late, "
                + "\(hooks) hooks in \(posts) posts, in \(Int(Self.seconds(took))) s; seed \(seed)",
        ]
        lines += violations.isEmpty ? ["Every rule holds."] : violations.map { "BROKEN: \($0)" }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        func number(_ value: Double?) -> JSON {
            value.flatMap { JSONNumber(($0 * 1000).rounded() / 1000) }.map(JSON.number) ?? .null
        }
        func count(_ value: Int) -> JSON { .number(JSONNumber(Int64(value))) }
        let faults = faults.map { row -> JSON in
            [
                "fault": .string(row.fault.rawValue), "times": count(row.times),
                "measured": count(row.recoveries.count),
                "recovery_s_p50": number(Self.median(row)), "recovery_s_max": number(Self.longest(row)),
            ]
        }
        let violations = violations.map { violation -> JSON in
            ["rule": .string(violation.rule), "found": .array(violation.found.map { .string($0) })]
        }
        return [
            "seed": .string("\(seed)"), "tasks": count(tasks), "steps": count(steps), "attempts": count(attempts),
            "runs": count(runs), "late_starts": count(lateStarts), "hooks": count(hooks), "posts": count(posts),
            "seconds": number(Self.seconds(took)),
            "faults": .array(faults), "violations": .array(violations),
        ]
    }
}
