import ArgumentParser
import CairnClient
import CairnModel

/// What the commands that do something to one task, or to many, have in common.
struct TaskControlOptions: ParsableArguments {
    @Argument(help: "The task's number.")
    var id: Int64?

    @OptionGroup var who: WhoAndWhyOptions
    @OptionGroup var many: BulkOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let id, id <= 0 { throw ValidationError("A task's number is positive, not \(id)") }
        try many.check(isNamed: id != nil, what: "a task's number")
    }

    /// Does it to the task that was named, or to the tasks that were meant.
    func run(
        _ action: String, one: (CairnClient, Int64, WhoAndWhy) async throws -> TaskObject,
        remark: (TaskObject) -> String? = { _ in nil }
    ) async throws {
        let printer = output.printer
        guard let id else {
            return try await BulkRun(
                action: BulkAction(action), options: many, whoAndWhy: who.whoAndWhy, printer: printer
            ).run(server)
        }
        let task = try await one(try server.client(), id, who.whoAndWhy)
        printer.show(task.json) { [task.line] }
        if !printer.isJSON, let remark = remark(task) { printer.remark(remark) }
    }
}

/// `cairn task cancel ID`
struct TaskCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a task, or many.",
        discussion: "What waits is cancelled at once; what runs is told to stop, and until then the task is cancelling."
    )

    @OptionGroup var options: TaskControlOptions

    func run() async throws {
        try await options.run("cancel") {
            try await $0.cancel($1, $2)
        } remark: { task in
            switch task.json["outcome"]?.stringValue {
            case "cancelling": "Its running steps were told to stop; see `cairn task watch \(task.id)`"
            case "already_cancelling": "It was being cancelled already; see `cairn task explain \(task.id)`"
            default: nil
            }
        }
    }
}

/// `cairn task retry ID`
struct TaskRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Give the failed steps of a task, or of many, new attempts.",
        discussion: "The task goes on by itself. Its old attempts stay in the history.")

    @OptionGroup var options: TaskControlOptions

    func run() async throws {
        try await options.run("retry") {
            try await $0.retry($1, $2)
        } remark: { task in
            let steps = task.json["retried_steps"]?.intValue ?? 0
            return "\(steps == 1 ? "1 step has" : "\(steps) steps have") new attempts"
        }
    }
}

/// `cairn task resolve ID`
struct TaskResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "End a task, or many, as dealt with by other means.",
        discussion: "Possible while nothing of it runs. What has not run is cancelled.")

    @OptionGroup var options: TaskControlOptions

    func run() async throws {
        try await options.run("resolve") { try await $0.resolve($1, $2) }
    }
}

/// `cairn task priority ID PRIORITY`
struct TaskPriority: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "priority", abstract: "Change the priority of what a task has not started yet.")

    @OptionGroup var task: TaskArgument

    @Argument(help: "From -1000 to 1000; higher is sooner. A negative one stands behind --.")
    var priority: Int

    @OptionGroup var who: WhoAndWhyOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (-1000...1000).contains(priority) else {
            throw ValidationError("A priority is from -1000 to 1000, not \(priority)")
        }
    }

    func run() async throws {
        let changed = try await server.client().setPriority(task.id, to: priority, who.whoAndWhy)
        output.printer.show(changed.json) { [changed.line + Line("  priority \(changed.priority)")] }
    }
}
