import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn dlq list`
struct DeadLetterList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the open dead letters, the newest first.")

    enum Status: String, ExpressibleByArgument, CaseIterable {
        case pending, investigating, resolved
        case permanentlyFailed = "permanently_failed"
        case cancelled
    }

    enum Reason: String, ExpressibleByArgument, CaseIterable {
        case retriesExhausted = "retries_exhausted"
        case permanentError = "permanent_error"
        case poison, stale, manual
    }

    @Flag(help: "Those that are closed as well.") var all = false
    @Option(help: "With this status, open or closed.") var status: Status?
    @Option(help: "For this reason.") var reason: Reason?
    @Option(help: ArgumentHelp("Of this namespace.", valueName: "ns")) var namespace: String?
    @Option(help: ArgumentHelp("Of this template.", valueName: "name")) var template: String?
    @Option(help: ArgumentHelp("Of this task.", valueName: "id")) var task: Int64?
    @Option(help: "At most so many (1 to 500).") var limit = 20
    @Option(help: ArgumentHelp("Those behind this one.", valueName: "id")) var after: Int64?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit must be from 1 to 500, not \(limit)") }
    }

    func run() async throws {
        var filter = DeadLetterFilter()
        filter.isOpen = !all && status == nil
        filter.status = status?.rawValue
        filter.reason = reason?.rawValue
        filter.namespace = namespace
        filter.template = template
        filter.task = task
        filter.limit = limit
        filter.after = after
        let printer = output.printer
        let client = try server.client()
        let page = try await client.deadLetters(filter)
        printer.show(page.json) { Self.table(page.deadLetters, now: Date()).lines(width: printer.width) }
        guard !printer.isJSON else { return }
        if page.deadLetters.isEmpty {
            let absence = await client.absence(of: filter.namespace)
            printer.remark(
                absence ?? (filter.isOpen ? "Nobody has to look at anything" : "There are no such dead letters"))
        }
        if let next = page.next { printer.remark("There are more: --after \(next)") }
    }

    static func table(_ letters: [DeadLetterObject], now: Date) -> Table {
        var table = Table([
            .init(title: "id", isRight: true), .init(title: "task", isRight: true), .init(title: "reason"),
            .init(title: "status"), .init(title: "template", isOptional: true),
            .init(title: "opened", isRight: true, isOptional: true), .init(title: "message", shrinks: true),
        ])
        for letter in letters {
            table.add([
                Span("\(letter.id)"), Span("\(letter.task)"), Span(letter.reason),
                Span(letter.status, letter.closedAt == nil ? .red : .dim),
                Span("\(letter.namespace ?? "?")/\(letter.templateName ?? "?")"),
                Span(Times.ago(letter.openedAt, now: now)), Span(letter.message),
            ])
        }
        return table
    }
}

/// `cairn dlq stats`
struct DeadLetterStats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Count the dead letters by status, reason and template.")

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let stats = try await server.client().deadLetterStats()
        let printer = output.printer
        printer.show(stats) { Self.lines(stats, now: Date()) }
    }

    static func lines(_ stats: JSON, now: Date) -> [Line] {
        func counts(_ name: String) -> String {
            let members = stats[name]?.objectValue?.members ?? []
            return members.map { "\($0.name) \($0.value.text)" }.joined(separator: ", ")
        }
        let oldest = stats["oldest_opened_at"]?.stringValue.map { Times.ago(Timestamp($0), now: now) }
        let head = "\(stats["open"]?.text ?? "0") open, \(stats["total"]?.text ?? "0") in all"
        var lines = [Line(head + (oldest.map { "; the oldest open one: \($0)" } ?? ""))]
        for (title, text) in [("by status", counts("by_status")), ("open, by reason", counts("open_by_reason"))]
        where !text.isEmpty {
            lines.append(Line([Span("  \(title): ", .dim), Span(text)]))
        }
        for entry in stats["open_by_template"]?.arrayValue ?? [] {
            let name = "\(entry["namespace"]?.stringValue ?? "?")/\(entry["template_name"]?.stringValue ?? "?")"
            lines.append(Line("  \(name): \(entry["open"]?.text ?? "0") open"))
        }
        return lines
    }
}
