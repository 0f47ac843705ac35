import CairnClient
import CairnModel
import Foundation

/// A task as it is drawn while somebody watches: a heading, a bar, and its steps by layers.
struct TaskFrame {
    var task: TaskObject
    var now: Date
    /// Lines to show below, such as that the server is away.
    var remarks: [String] = []

    /// The lines that fit into a terminal; all of them when there is no limit.
    func lines(columns: Int = .max, rows limit: Int = .max) -> [Line] {
        let below = remarks.flatMap { wrapped($0, to: columns) }.prefix(max(1, limit / 3)).map { Line($0, .yellow) }
        let above = [heading, bar(columns: columns), Line()].map { $0.truncated(to: columns) }
        // The cursor needs a line of its own.
        let room = limit == .max ? .max : max(1, limit - above.count - below.count - 1)
        return above + StepWindow(stepLines, room: room).lines.map { $0.truncated(to: columns) } + below
    }

    private var heading: Line {
        let look = task.look
        var spans = [
            Span("\(look.symbol) ", look.colour), Span("\(task.namespace)/\(task.templateName)", .bold),
            Span(" \(task.templateVersion)  task \(task.id)  ", .dim), Span(task.shownState, look.colour),
        ]
        if let span = Times.span(from: task.startedAt, to: task.finishedAt, now: now) {
            spans.append(Span("  \(span)"))
        }
        return Line(spans)
    }

    private func bar(columns: Int) -> Line {
        let done = task.steps.count { $0.state?.isTerminal == true && $0.state != .error }
        let failed = task.steps.count { $0.state == .error }
        let running = task.steps.count { $0.state == .inProgress }
        let waiting = task.steps.count { $0.state == .waitingForRetry }
        let total = max(1, task.steps.count)
        let width = max(8, min(40, columns == .max ? 40 : columns / 3))
        var filled = width * done / total
        // Whatever has failed is seen, however small its part.
        let lost = failed == 0 ? 0 : max(1, width * failed / total)
        filled = min(filled, width - lost)
        var counts = "  \(done)/\(task.steps.count) steps"
        for (count, what) in [(running, "running"), (waiting, "waiting for a retry"), (failed, "failed")]
        where count > 0 {
            counts += " · \(count) \(what)"
        }
        return Line([
            Span(String(repeating: "━", count: filled), .green), Span(String(repeating: "━", count: lost), .red),
            Span(String(repeating: "─", count: width - filled - lost), .dim), Span(counts),
        ])
    }

    private var stepLines: [(line: Line, isActive: Bool)] {
        let layers = StepLayers(task.steps).rows
        let nameWidth = layers.reduce(0) { max($0, displayWidth($1.step.name)) }
        let notes = StepNote(task.steps, now: now)
        return layers.map { row in
            let step = row.step
            let look = StateLook(step: step.state)
            let took = step.startedAt == nil || step.state == .pending ? "" : duration(step)
            let name = step.name + String(repeating: " ", count: nameWidth - displayWidth(step.name))
            let padding = String(repeating: " ", count: max(0, 9 - took.count))
            var spans = [
                Span(row.gutter + " ", .dim), Span(look.symbol + " ", look.colour),
                Span(name, step.state == .pending ? .dim : .plain), Span("\(padding)\(took)"),
            ]
            let note = notes.spans(step)
            if !note.isEmpty { spans += [Span("  ")] + note }
            return (Line(spans), step.state?.isTerminal != true && step.state != .pending)
        }
    }

    private func duration(_ step: StepObject) -> String {
        let end = step.state == .inProgress ? nil : step.finishedAt
        guard end != nil || step.state == .inProgress else { return "" }
        return Times.span(from: step.startedAt, to: end, now: now) ?? ""
    }
}
