import ArgumentParser

/// `cairn task …`
struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Submit tasks, see what becomes of them, and put them right.",
        subcommands: [
            TaskSubmit.self, TaskList.self, TaskShow.self, TaskWatch.self, TaskHistoryCommand.self, TaskGraph.self,
            TaskExplain.self, TaskCancel.self, TaskRetry.self, TaskResolve.self, TaskPriority.self,
        ])
}
