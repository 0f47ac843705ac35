import Foundation
import TestSupport

/// What `effect.sh` left behind: the outside's view of what ran.
struct Effects: Sendable {
    static let script = Program.root.appending(path: "Tests/Chaos/effect.sh").path(percentEncoded: false)

    struct Step: Hashable, Sendable {
        var taskID: Int64
        var name: String
    }

    struct Run: Sendable {
        var attempt: Int
        /// Seconds since 1970; 0 where the shell cannot tell.
        var beganAt: Double
        /// The same; nil when it left before its end, or was ended.
        var endedAt: Double?
    }

    private(set) var runs: [Step: [Run]] = [:]
    /// Attempts of which two runs were seen.
    private(set) var twice: [String] = []

    var count: Int { runs.values.reduce(0) { $0 + $1.count } }

    init(file: URL) throws {
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 5, let task = Int64(words[0]), let attempt = Int(words[2]) else {
                throw NeverHappened(description: "an effect that nobody can have written: \(line)")
            }
            let step = Step(taskID: task, name: String(words[1]))
            let index = runs[step]?.firstIndex { $0.attempt == attempt }
            let time = Double(words[4].replacing(",", with: ".")) ?? 0
            switch (words[3], index) {
            case ("begin", nil):
                runs[step, default: []].append(Run(attempt: attempt, beganAt: time))
            case ("end", let index?): runs[step]?[index].endedAt = time
            default: twice.append("\(task).\(step.name) attempt \(attempt): \(words[3])")
            }
        }
    }
}
