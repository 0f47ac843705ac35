import ArgumentParser

/// `cairn dlq …`
struct DeadLetterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq", abstract: "See the tasks that somebody has to look at, and settle them.",
        discussion: "A task that fails, or is held by a failure, has an open dead letter with the task as it was.",
        subcommands: [
            DeadLetterList.self, DeadLetterShow.self, DeadLetterStats.self, DeadLetterInvestigate.self,
            DeadLetterResolve.self, DeadLetterOpen.self,
        ])
}
