import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn hook …`
struct HookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook", abstract: "See what became of hooks: messages about the end of tasks.",
        subcommands: [HookList.self, HookReplay.self])
}

/// `cairn hook list`
struct HookList: AsyncParsableCommand {
    enum State: String, ExpressibleByArgument, CaseIterable {
        case pending
        case delivered
        case dead
    }

    static let configuration = CommandConfiguration(commandName: "list", abstract: "List hooks, the newest first.")

    @Option(help: "In this state.") var state: State?
    @Option(help: ArgumentHelp("Of this task.", valueName: "id")) var task: Int64?
    @Option(help: "At most so many (1 to 500).") var limit = 20
    @Option(help: ArgumentHelp("Those behind this hook.", valueName: "id")) var after: Int64?
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit must be from 1 to 500, not \(limit)") }
    }

    func run() async throws {
        var filter = HookFilter()
        filter.state = state?.rawValue
        filter.taskID = task
        filter.limit = limit
        filter.after = after
        let printer = output.printer
        let page = try await server.client().hooks(filter)
        printer.show(page.json) { Self.table(page.hooks, now: Date()).lines(width: printer.width) }
        guard !printer.isJSON else { return }
        if page.hooks.isEmpty {
            printer.remark(
                "There are no such hooks; a task has one when it was submitted with --callback-url and has ended")
        }
        if let next = page.next { printer.remark("There are more: --after \(next)") }
    }

    static func table(_ hooks: [HookObject], now: Date) -> Table {
        var table = Table([
            .init(title: "id", isRight: true), .init(title: "state"), .init(title: "task", isRight: true),
            .init(title: "ended"), .init(title: "tries", isRight: true), .init(title: "url", shrinks: true),
            .init(title: "last error", shrinks: true, isOptional: true),
        ])
        for hook in hooks {
            let colour: Colour = ["delivered": .green, "dead": .red][hook.state] ?? .yellow
            table.add([
                Span("\(hook.id)"), Span(hook.state, colour), Span("\(hook.taskID)"),
                Span("\(hook.taskState ?? "") \(Times.ago(hook.endedAt, now: now))"), Span("\(hook.attempts)"),
                Span(hook.url), Span(hook.lastError ?? "", .dim),
            ])
        }
        return table
    }
}

/// `cairn hook replay`
struct HookReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Have a hook delivered again, with the same webhook id, whatever became of it.")

    @Argument(help: "The hook's number.") var id: Int64
    @Option(help: "Why; kept with what is done.") var reason: String
    @Option(help: ArgumentHelp("Who does it (default: the user's name).", valueName: "name")) var by: String?
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard id > 0 else { throw ValidationError("A hook's number is positive, not \(id)") }
    }

    func run() async throws {
        let printer = output.printer
        let hook = try await server.client().replayHook(id, by: by ?? NSUserName(), reason: reason)
        printer.show(hook.json) {
            [Line([Span("hook \(hook.id)", .bold), Span("  of task \(hook.taskID) is due now")])]
        }
    }
}
