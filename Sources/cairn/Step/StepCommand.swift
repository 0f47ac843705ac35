import ArgumentParser

/// `cairn step …`
struct StepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "See a step's attempts, and settle steps by hand.",
        subcommands: [StepShow.self, StepReset.self, StepResolve.self, StepComplete.self, StepRerun.self])
}
