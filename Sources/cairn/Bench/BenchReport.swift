import CairnModel
import Foundation

/// What a benchmark found.
struct BenchReport: Sendable {
    var postgres: String
    var workers: Int
    var runs: Int
    var commitMilliseconds: Double?
    /// Steps per second of the same work through the SQL functions alone.
    var floor: Double?
    var shapes: [(name: String, figures: BenchFigures)]

    var json: JSON {
        var references = BenchFigures()
        references["commit_ms_p50"] = commitMilliseconds
        references["floor_steps_per_second"] = floor
        var object = JSONObject()
        object["cores"] = JSON(ProcessInfo.processInfo.activeProcessorCount)
        object["postgres"] = .string(postgres)
        object["workers"] = JSON(workers)
        object["runs"] = JSON(runs)
        for reference in references.json.members { object[reference.name] = reference.value }
        var shapes = JSONObject()
        for (name, figures) in self.shapes { shapes[name] = .object(figures.json) }
        object["shapes"] = .object(shapes)
        return .object(object)
    }

    func lines(width: Int) -> [Line] {
        func text(_ value: Double?, _ digits: Int) -> String {
            value.map { String(format: "%.\(digits)f", $0) } ?? "–"
        }
        func ratio(_ a: Double?, _ b: Double?) -> Double? {
            if let a, let b, b > 0 { a / b } else { nil }
        }
        var table = Table(
            [.init(title: "shape")]
                + [
                    "steps/s", "÷ floor", "idle ms/step", "÷ commit", "commits/step", "idle", "WAL/step",
                    "notifies/step",
                    "p99 at rate, ms",
                ].map { .init(title: $0, isRight: true) })
        for (name, figures) in shapes {
            let rate = figures["steps_per_second"], alone = figures["ms_per_step_p50"]
            table.add(
                [Span(name), Span(text(rate, 0), .bold)]
                    + [
                        text(ratio(rate, floor), 2), text(alone, 2), text(ratio(alone, commitMilliseconds), 2),
                        text(figures["commits_per_step"], 3), text(figures["idle_commits_per_step"], 2),
                        text(figures["wal_bytes_per_step"], 0), text(figures["notifies_per_step"], 4),
                        text(figures["open_loop_task_ms_p99"], 1),
                    ].map { Span($0) })
        }
        let references =
            "PostgreSQL \(postgres), \(workers) workers; one commit \(text(commitMilliseconds, 2)) ms, "
            + "floor \(text(floor, 0)) steps/s; --json has all figures"
        return [Line()] + table.lines(width: width) + [Line(), Line(references)]
    }
}
