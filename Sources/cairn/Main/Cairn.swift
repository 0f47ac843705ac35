import ArgumentParser
import CairnModel

/// The root of all commands.
struct Cairn: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cairn",
        abstract: "Workflows on nothing but PostgreSQL.",
        discussion: """
            Begin with `cairn up` in a project that has a Templates/ directory: it starts everything and runs a sample.

            Exit codes: 0 done; 1 the operation failed (the task ended in error, for watch); 2 bad usage or bad input;
            3 not found; 4 cannot reach the server or database; 5 refused (auth, conflict).
            """,
        subcommands: [
            Up.self, Migrate.self, TemplateCommand.self, TaskCommand.self, StepCommand.self, DeadLetterCommand.self,
            WorkerCommand.self, NamespaceCommand.self, HookCommand.self, RetentionCommand.self, Psql.self, Bench.self,
            VersionCommand.self,
        ])
}
