import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn task list`
struct TaskList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List tasks, the newest first.")

    @OptionGroup var tasks: TaskFilterOptions
    @Option(help: "At most so many (1 to 500).") var limit = 20
    @Option(help: ArgumentHelp("Those behind this task.", valueName: "id")) var after: Int64?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit must be from 1 to 500, not \(limit)") }
    }

    func run() async throws {
        var filter = TaskFilter()
        (filter.namespace, filter.template) = try tasks.wanted()
        filter.state = tasks.state
        filter.tag = tasks.tag
        filter.correlationID = tasks.correlationId
        filter.createdAfter = tasks.createdAfter
        filter.createdBefore = tasks.createdBefore
        filter.limit = limit
        filter.after = after
        let printer = output.printer
        let client = try server.client()
        let page = try await client.tasks(filter)
        printer.show(page.json) { Self.table(page.tasks, now: Date()).lines(width: printer.width) }
        guard !printer.isJSON else { return }
        if page.tasks.isEmpty {
            let absence = await client.absence(of: filter.namespace)
            printer.remark(absence ?? "There are no such tasks; submit one with `cairn task submit`")
        }
        if let next = page.next { printer.remark("There are more: --after \(next)") }
    }

    static func table(_ tasks: [TaskObject], now: Date) -> Table {
        var table = Table([
            .init(title: "id", isRight: true), .init(title: "state"), .init(title: "template", folds: .early),
            .init(title: "steps", isRight: true), .init(title: "took", isRight: true, isOptional: true),
            .init(title: "created", isRight: true, isOptional: true),
            .init(title: "tags", shrinks: true, isOptional: true),
        ])
        for task in tasks {
            let took = Times.span(from: task.startedAt, to: task.finishedAt, now: now)
            table.add([
                Span("\(task.id)"), Span("\(task.look.symbol) \(task.shownState)", task.look.colour),
                Span("\(task.namespace)/\(task.templateName) \(task.templateVersion)"),
                Span("\(task.stepsComplete)/\(task.stepsTotal)"), Span(took ?? ""),
                Span(Times.ago(task.createdAt, now: now)), Span(task.tags.joined(separator: ","), .dim),
            ])
        }
        return table
    }
}
