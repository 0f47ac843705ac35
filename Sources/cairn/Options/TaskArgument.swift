import ArgumentParser

/// The number of a task, as an argument.
struct TaskArgument: ParsableArguments {
    @Argument(help: "The task's number.")
    var id: Int64

    func validate() throws {
        guard id > 0 else { throw ValidationError("A task's number is positive, not \(id)") }
    }
}
