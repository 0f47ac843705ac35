import ArgumentParser

/// `cairn task …`
struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Submit tasks and see what becomes of them.",
        subcommands: [
            TaskSubmit.self, TaskList.self, TaskShow.self, TaskWatch.self, TaskHistoryCommand.self, TaskGraph.self,
        ])
}
