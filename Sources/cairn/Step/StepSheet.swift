import CairnClient
import CairnModel
import Foundation

/// A step: what it is, and a table of its attempts.
struct StepSheet {
    var step: StepObject
    var task: Int64
    var now: Date

    func lines(width: Int) -> [Line] {
        var lines = [heading] + facts
        if !step.attempts.isEmpty { lines += [Line()] + table.lines(width: width) }
        if let error = StepErrorText(step), error.hasMore || width < .max {
            lines += [Line()] + error.lines(width: width)
        }
        return lines
    }

    /// The step in one line: `✖ charge  task 5  error`.
    var heading: Line {
        let look = StateLook(step: step.state)
        return Line([
            Span("\(look.symbol) \(step.name)", look.colour), Span("  task \(task)  "),
            Span(step.stateName + (step.isStopping ? ", told to stop" : ""), look.colour),
        ])
    }

    private var facts: [Line] {
        let facts: [(String, String?)] = [
            ("handler", step.handler), ("after", step.dependsOn.isEmpty ? nil : step.dependsOn.joined(separator: ", ")),
            ("attempts", "\(step.attempt) of \(step.maxAttempts)"), ("on failure", step.onFailure),
            ("run at", step.runAt.map { "\(Times.clock($0)) (\(Times.ago($0, now: now)))" }),
            ("times out", step.expiresAt.map { "\(Times.clock($0)) (\(Times.ago($0, now: now)))" }),
            ("result", step.result?.text),
        ]
        return facts.compactMap { name, value in
            value.map { Line([Span("  " + name + String(repeating: " ", count: 13 - name.count), .dim), Span($0)]) }
        }
    }

    private var table: Table {
        var table = Table([
            .init(title: "attempt", isRight: true), .init(title: "outcome"), .init(title: "worker", isRight: true),
            .init(title: "started"), .init(title: "finished"), .init(title: "queued", isRight: true),
            .init(title: "took", isRight: true), .init(title: "result or error", shrinks: true),
        ])
        for attempt in step.attempts {
            table.add([
                Span("\(attempt.number)"), Span(attempt.outcome ?? "runs", Self.colour(attempt.outcome)),
                Span(attempt.worker.map(String.init) ?? ""), Span(attempt.startedAt.map(Times.clock) ?? "", .dim),
                Span(attempt.finishedAt.map(Times.clock) ?? "", .dim), Span(Self.span(attempt.queueMilliseconds)),
                Span(Self.span(attempt.durationMilliseconds)), Self.payload(attempt),
            ])
        }
        return table
    }

    private static func payload(_ attempt: StepAttempt) -> Span {
        if let error = attempt.error { return Span(error["message"]?.stringValue ?? error.text, .red) }
        return Span(attempt.result.map { String($0.text.prefix(160)) } ?? "", .dim)
    }

    private static func colour(_ outcome: String?) -> Colour {
        switch outcome {
        case "succeeded", "completed_manually", "resolved_manually": .green
        case "cancelled": .magenta
        case nil: .blue
        default: .red
        }
    }

    private static func span(_ milliseconds: Int64?) -> String {
        milliseconds.map { Times.span(Double($0) / 1000) } ?? ""
    }
}
