import ArgumentParser
import CairnClient
import CairnModel
import Foundation

/// What the commands that do something to a step of one task, or of many, have in common.
struct StepControlOptions: ParsableArguments {
    @Argument(help: "The task's number.")
    var id: Int64?

    @Argument(help: ArgumentHelp("The step's name.", valueName: "step"))
    var name: String?

    @OptionGroup var who: WhoAndWhyOptions
    @OptionGroup var many: BulkOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let id, id <= 0 { throw ValidationError("A task's number is positive, not \(id)") }
        if id != nil, name == nil { throw ValidationError("Give the step's name behind the task's number") }
        try many.check(isNamed: id != nil, what: "a task's number and a step's name")
        if id == nil, many.step == nil { throw ValidationError("Say which step of those tasks with --step") }
    }

    /// Does it to the step that was named, or to the steps that were meant.
    func run(_ action: StepAction, many bulk: BulkAction) async throws {
        let printer = output.printer
        guard let id, let name else {
            return try await BulkRun(action: bulk, options: many, whoAndWhy: who.whoAndWhy, printer: printer)
                .run(server)
        }
        let step = try await server.client().change(step: name, of: id, action, who.whoAndWhy)
        printer.show(step.json) { [StepSheet(step: step, task: id, now: Date()).heading] }
    }
}

/// `cairn step reset TASK STEP`
struct StepReset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Give a failed step new attempts.",
        discussion: "The task goes on by itself. The old attempts stay in the history.")

    @OptionGroup var options: StepControlOptions

    func run() async throws { try await options.run(.resetForRetry, many: BulkAction("reset_step")) }
}

/// `cairn step resolve TASK STEP`
struct StepResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Take a step as dealt with by other means.",
        discussion: "What depends on it runs, with null as its result. A step that runs is taken from its worker.")

    @OptionGroup var options: StepControlOptions

    func run() async throws { try await options.run(.resolveManually, many: BulkAction("resolve_step")) }
}

/// `cairn step complete TASK STEP --result JSON`
struct StepComplete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete", abstract: "Complete a step with a result that you give.",
        discussion: "What depends on it runs, with that result. A step that runs is taken from its worker.")

    @Option(help: ArgumentHelp("The result: JSON, @file, or - for standard input.", valueName: "json"))
    var result: String

    @OptionGroup var options: StepControlOptions

    func run() async throws {
        let result = try JSONArgument.read(result)
        let members = JSONObject([JSONObject.Member(name: "result", value: result)])
        try await options.run(.completeManually(result), many: BulkAction("complete_step", options: members))
    }
}

/// `cairn step rerun TASK STEP [--downstream]`
struct StepRerun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun", abstract: "Run a step again that has ended.",
        discussion: "The old attempts and results stay in the history.")

    @Flag(help: "Also what depends on it; needed when any of that has begun.")
    var downstream = false

    @OptionGroup var options: StepControlOptions

    func run() async throws {
        let members = JSONObject([JSONObject.Member(name: "downstream", value: .bool(downstream))])
        try await options.run(.rerun(downstream: downstream), many: BulkAction("rerun_step", options: members))
    }
}
