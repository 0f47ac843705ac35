import CairnClient
import CairnModel
import Foundation

/// A task at rest: what it is, and a table of its steps by layers.
struct TaskSheet {
    var task: TaskObject
    var now: Date
    /// What to say below, such as why it does not go on.
    var remarks: [String] = []

    func lines(width: Int) -> [Line] {
        let rows = StepLayers(task.steps).rows
        let table = table(rows)
        var lines = [heading] + facts + [Line()] + table.lines(width: width)
        let room = table.widths(in: width).last.flatMap { $0 } ?? 0
        for error in rows.compactMap({ StepErrorText($0.step) }) where error.hasMore || error.width > room {
            lines += [Line()] + error.lines(width: width)
        }
        let remarks = remarks.flatMap { wrapped($0, to: width) }.map { Line($0, .yellow) }
        return lines + (remarks.isEmpty ? [] : [Line()] + remarks)
    }

    private var heading: Line {
        let look = task.look
        var spans = [
            Span("\(look.symbol) task \(task.id)", look.colour),
            Span("  \(task.namespace)/\(task.templateName)", .bold),
            Span(" \(task.templateVersion)  "), Span(task.shownState, look.colour),
        ]
        if let took = Times.span(from: task.startedAt, to: task.finishedAt, now: now) {
            spans.append(Span(task.finishedAt == nil ? " for \(took)" : " in \(took)"))
        }
        return Line(spans)
    }

    private var facts: [Line] {
        var facts: [(String, String?)] = [
            ("created", task.createdAt.map { "\(Times.clock($0)) (\(Times.ago($0, now: now)))" }),
            ("finished", task.finishedAt.map(Times.clock)),
            ("run at", task.runAt.map { "\(Times.clock($0)) (\(Times.ago($0, now: now)))" }),
            ("priority", task.priority == 0 ? nil : "\(task.priority)"),
            ("correlation", task.correlationID), ("key", task.idempotencyKey), ("reason", task.reason),
            ("tags", task.tags.isEmpty ? nil : task.tags.joined(separator: ", ")),
        ]
        if let headers = task.headers, headers.objectValue?.isEmpty == false { facts.append(("headers", headers.text)) }
        facts.append(("context", task.context.text))
        return facts.compactMap { name, value in
            value.map { Line([Span("  " + name + String(repeating: " ", count: 13 - name.count), .dim), Span($0)]) }
        }
    }

    private func table(_ rows: [StepLayers.Row]) -> Table {
        let states = Dictionary(task.steps.map { ($0.name, $0.state) }) { first, _ in first }
        var table = Table([
            .init(title: "  step"), .init(title: "state"), .init(title: "attempt"), .init(title: "took", isRight: true),
            .init(title: "worker", isRight: true), .init(title: "result or error", shrinks: true),
        ])
        for row in rows {
            let step = row.step
            let look = StateLook(step: step.state)
            let isRunning = step.state == .inProgress
            let took =
                isRunning || step.finishedAt != nil
                ? Times.span(from: step.startedAt, to: step.finishedAt, now: now) : nil
            table.add([
                Span("\(row.gutter) \(look.symbol) \(step.name)"), Span(step.stateName, look.colour),
                Span(step.attempt == 0 ? "" : "\(step.attempt)/\(step.maxAttempts)"), Span(took ?? ""),
                Span(step.worker.map(String.init) ?? ""), outcome(step, states),
            ])
        }
        return table
    }

    private func outcome(_ step: StepObject, _ states: [String: StepState?]) -> Span {
        if let message = step.errorMessage, step.state != .complete { return Span(message, .red) }
        if let result = step.result { return Span(String(result.text.prefix(160)), .dim) }
        if step.state == .enqueued { return Span("waits for a worker", .dim) }
        let waiting = step.dependsOn.filter { states[$0]??.satisfiesDependents != true }
        return step.state == .pending && !waiting.isEmpty
            ? Span("after \(waiting.joined(separator: ", "))", .dim) : Span("")
    }
}
