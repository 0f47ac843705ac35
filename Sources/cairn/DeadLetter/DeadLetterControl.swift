import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// `cairn dlq investigate ID`
struct DeadLetterInvestigate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "investigate", abstract: "Note what was found out; the reason is the note.")

    @OptionGroup var letter: DeadLetterArgument
    @OptionGroup var who: WhoAndWhyOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let changed = try await server.client().change(deadLetter: letter.id, .investigate, who.whoAndWhy)
        output.printer.show(changed.json) { [changed.line] }
    }
}

/// `cairn dlq resolve ID`
struct DeadLetterResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Close a dead letter, and say what becomes of its task.",
        discussion: """
            retry: its failed steps get new attempts, and it resumes by itself. resolve: it ends as dealt with by other
            means. cancel: it is cancelled. close: nothing has to be done to it. give-up: it stays failed.
            """)

    enum Action: String, ExpressibleByArgument, CaseIterable {
        case retry, resolve, cancel, close
        case giveUp = "give-up"

        var action: DeadLetterAction {
            switch self {
            case .retry: .retry
            case .resolve: .resolve
            case .cancel: .cancel
            case .close: .close
            case .giveUp: .giveUp
            }
        }
    }

    @OptionGroup var letter: DeadLetterArgument
    @Option(help: "What becomes of the task.") var action = Action.resolve
    @OptionGroup var who: WhoAndWhyOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let changed = try await server.client().change(deadLetter: letter.id, action.action, who.whoAndWhy)
        output.printer.show(changed.json) { [changed.line] }
    }
}

/// `cairn dlq open TASK`
struct DeadLetterOpen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a dead letter for a task that somebody should look at.")

    @OptionGroup var task: TaskArgument
    @OptionGroup var who: WhoAndWhyOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let letter = try await server.client().openDeadLetter(task: task.id, who.whoAndWhy)
        output.printer.show(letter.json) { [letter.line] }
    }
}

extension DeadLetterObject {
    /// The dead letter in one line: `dead letter 4  task 9 is steps_in_process  resolved`.
    var line: Line {
        Line([
            Span("dead letter \(id)", .bold), Span("  task \(task) is \(taskState ?? "gone")  "),
            Span(status, closedAt == nil ? .red : .green),
        ])
    }
}
