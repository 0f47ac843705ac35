import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn task list`
struct TaskList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List tasks, the newest first.")

    @Option(help: ArgumentHelp("Of this namespace.", valueName: "ns")) var namespace: String?
    @Option(help: ArgumentHelp("Of this template: name, or namespace/name.", valueName: "name")) var template: String?
    @Option(help: "In this state.") var state: String?
    @Option(help: "With this tag.") var tag: String?
    @Option(help: ArgumentHelp("That belong to this.", valueName: "id")) var correlationId: String?
    @Option(help: ArgumentHelp("Submitted after this time (RFC 3339).", valueName: "time")) var createdAfter: String?
    @Option(help: ArgumentHelp("Submitted before this time.", valueName: "time")) var createdBefore: String?
    @Option(help: "At most so many (1 to 500).") var limit = 20
    @Option(help: ArgumentHelp("Those behind this task.", valueName: "id")) var after: Int64?

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit must be from 1 to 500, not \(limit)") }
        for (option, time) in [("--created-after", createdAfter), ("--created-before", createdBefore)] {
            if let time, Timestamp(time).date == nil {
                throw ValidationError("\(option) must be a time such as 2026-11-21T12:00:00Z, not \"\(time)\"")
            }
        }
        let states = TaskState.allCases.map(\.rawValue)
        if let state, !states.contains(state) {
            let advice = nearest(state, in: states).map { "Did you mean '\($0)'?" }
            throw ValidationError(
                "There is no state \"\(state)\". \(advice ?? "There are " + states.joined(separator: ", "))")
        }
    }

    func run() async throws {
        var filter = TaskFilter()
        (filter.namespace, filter.template) = try wanted()
        filter.state = state
        filter.tag = tag
        filter.correlationID = correlationId
        filter.createdAfter = createdAfter
        filter.createdBefore = createdBefore
        filter.limit = limit
        filter.after = after
        let printer = output.printer
        let page = try await server.client().tasks(filter)
        printer.show(page.json) { Self.table(page.tasks, now: Date()).lines(width: printer.width) }
        guard !printer.isJSON else { return }
        if page.tasks.isEmpty { printer.remark("There are no such tasks; submit one with `cairn task submit`") }
        if let next = page.next { printer.remark("There are more: --after \(next)") }
    }

    /// The namespace and the template to look for.
    private func wanted() throws -> (namespace: String?, template: String?) {
        guard let template, template.contains("/") else { return (namespace, template) }
        let name = try TemplateName(template)
        guard name.version == nil, namespace == nil || namespace == name.namespace else {
            throw CommandError.usage(
                name.version == nil
                    ? "\(template) is not in namespace \(namespace ?? "")" : "tasks are not listed by version",
                do: "Write --template \(name.namespace)/\(name.name)")
        }
        return (name.namespace, name.name)
    }

    static func table(_ tasks: [TaskObject], now: Date) -> Table {
        var table = Table([
            .init(title: "id", isRight: true), .init(title: "state"), .init(title: "template", folds: true),
            .init(title: "steps", isRight: true), .init(title: "took", isRight: true, isOptional: true),
            .init(title: "created", isRight: true, isOptional: true),
            .init(title: "tags", shrinks: true, isOptional: true),
        ])
        for task in tasks {
            let look = StateLook(task: task.state)
            let took = Times.span(from: task.startedAt, to: task.finishedAt, now: now)
            table.add([
                Span("\(task.id)"), Span("\(look.symbol) \(task.stateName)", look.colour),
                Span("\(task.namespace)/\(task.templateName) \(task.templateVersion)"),
                Span("\(task.stepsComplete)/\(task.stepsTotal)"), Span(took ?? ""),
                Span(Times.ago(task.createdAt, now: now)), Span(task.tags.joined(separator: ","), .dim),
            ])
        }
        return table
    }
}
