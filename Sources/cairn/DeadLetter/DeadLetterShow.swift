import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// The number of a dead letter, as an argument.
struct DeadLetterArgument: ParsableArguments {
    @Argument(help: "The dead letter's number.")
    var id: Int64

    func validate() throws {
        guard id > 0 else { throw ValidationError("A dead letter's number is positive, not \(id)") }
    }
}

/// `cairn dlq show ID`
struct DeadLetterShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a dead letter, with the task as it was.",
        discussion: "With --json the whole snapshot: the task, its steps, and the last attempts of those that failed.")

    @OptionGroup var letter: DeadLetterArgument
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let printer = output.printer
        let letter = try await server.client().deadLetter(letter.id)
        printer.show(letter.json) { DeadLetterSheet(letter: letter, now: Date()).lines(width: printer.width) }
    }
}

/// A dead letter: what happened, what was found out, and the attempts that failed.
struct DeadLetterSheet {
    var letter: DeadLetterObject
    var now: Date

    func lines(width: Int) -> [Line] {
        var lines =
            [heading]
            + wrapped(sanitized(letter.message), to: width == .max ? width : width - 2).map {
                Line("  \($0)", .red)
            }
        lines += facts
        if !letter.notes.isEmpty { lines += [Line()] + letter.notes.map(note) }
        let attempts = letter.snapshot?["attempts"]?.arrayValue ?? []
        if !attempts.isEmpty { lines += [Line()] + table(attempts).lines(width: width) }
        return lines
    }

    private var heading: Line {
        Line([
            Span("dead letter \(letter.id)", .bold),
            Span("  task \(letter.task)  \(letter.namespace ?? "?")/\(letter.templateName ?? "?")  "),
            Span(letter.status, letter.closedAt == nil ? .red : .green), Span("  \(letter.reason)", .dim),
        ])
    }

    private var facts: [Line] {
        let closed = letter.closedAt.map { "\(Times.clock($0)) by \(letter.closedBy ?? "?")" }
        let facts: [(String, String?)] = [
            ("opened", letter.openedAt.map { "\(Times.clock($0)) (\(Times.ago($0, now: now)))" }), ("closed", closed),
            ("task now", letter.taskState),
        ]
        return facts.compactMap { name, value in
            value.map { Line([Span("  " + name + String(repeating: " ", count: 13 - name.count), .dim), Span($0)]) }
        }
    }

    private func note(_ note: JSON) -> Line {
        let at = note["at"]?.stringValue.map { Times.clock(Timestamp($0)) } ?? ""
        return Line([
            Span("  \(at)  \(note["by"]?.stringValue ?? "?")  ", .dim), Span(note["text"]?.stringValue ?? ""),
        ])
    }

    private func table(_ attempts: [JSON]) -> Table {
        let steps = letter.snapshot?["steps"]?.arrayValue ?? []
        let names = Dictionary(steps.map { ($0["step_no"]?.intValue ?? 0, $0["name"]?.stringValue ?? "?") }) {
            first, _ in
            first
        }
        var table = Table([
            .init(title: "step"), .init(title: "attempt", isRight: true), .init(title: "outcome"),
            .init(title: "worker", isRight: true), .init(title: "finished"), .init(title: "error", shrinks: true),
        ])
        for attempt in attempts {
            let error = attempt["error"].flatMap { $0.isNull ? nil : $0["message"]?.stringValue ?? $0.text }
            table.add([
                Span(names[attempt["step_no"]?.intValue ?? 0] ?? "?"), Span(attempt["attempt"]?.text ?? ""),
                Span(attempt["outcome"]?.stringValue ?? ""),
                Span(attempt["worker_id"]?.intValue.map { String($0) } ?? ""),
                Span(attempt["finished_at"]?.stringValue.map { Times.clock(Timestamp($0)) } ?? "", .dim),
                Span(error ?? "", .red),
            ])
        }
        return table
    }
}
