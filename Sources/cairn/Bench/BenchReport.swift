import CairnModel
import Foundation

/// What a benchmark found.
struct BenchReport: Sendable {
    var workers: Int
    var tasks: Int
    var commitMilliseconds: Double
    var stepsPerSecond: Double
    var walBytesPerStep: Double
    /// One entry for each task that ran alone.
    var taskMilliseconds: [Double]

    static func percentile(_ fraction: Double, of values: [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int((Double(sorted.count) * fraction).rounded(.down)))]
    }

    private func task(_ fraction: Double) -> Double { Self.percentile(fraction, of: taskMilliseconds) }

    var json: JSON {
        func number(_ value: Double) -> JSON {
            JSONNumber((value * 1000).rounded() / 1000).map(JSON.number) ?? .null
        }
        return .object([
            "workers": JSON(workers), "tasks": JSON(tasks), "commit_ms_p50": number(commitMilliseconds),
            "shapes": .object([
                "linear-4": .object([
                    "steps_per_second": number(stepsPerSecond), "task_ms_p50": number(task(0.5)),
                    "task_ms_p95": number(task(0.95)), "task_ms_p99": number(task(0.99)),
                    "ms_per_step_p50": number(task(0.5) / 4), "wal_bytes_per_step": number(walBytesPerStep),
                ])
            ]),
        ])
    }

    func lines(width: Int) -> [Line] {
        func text(_ value: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }
        var table = Table([.init(title: "linear-4, \(workers) workers"), .init(title: "figure", isRight: true)])
        for (name, value) in [
            ("saturated: steps/s", text(stepsPerSecond, 0)),
            ("saturated: WAL bytes per step", text(walBytesPerStep, 0)),
            ("idle: task p50, ms", text(task(0.5))),
            ("idle: task p95, ms", text(task(0.95))),
            ("idle: task p99, ms", text(task(0.99))),
            ("idle: ms per step, p50", text(task(0.5) / 4)),
            ("reference: one commit p50, ms", text(commitMilliseconds)),
            ("idle: ms per step ÷ commit", text(task(0.5) / 4 / commitMilliseconds)),
        ] {
            table.add([Span(name), Span(value, .bold)])
        }
        return [Line()] + table.lines(width: width)
    }
}
