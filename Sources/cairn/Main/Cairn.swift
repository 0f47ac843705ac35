import ArgumentParser
import CairnModel

/// The root of all commands.
struct Cairn: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cairn",
        abstract: "Workflows on nothing but PostgreSQL.",
        discussion: """
            Begin with `cairn up` in a project that has a Templates/ directory: it starts everything and runs a sample.

            Exit codes:
              0  done
              1  the operation failed; for watch and --wait, the task did not end well
              2  bad usage or bad input
              3  not found
              4  the server or the database cannot be reached, or up's port is taken
              5  refused: authorisation, a conflict, some of many tasks, or up's port
            """,
        subcommands: [
            Up.self, Migrate.self, TemplateCommand.self, TaskCommand.self, StepCommand.self, DeadLetterCommand.self,
            WorkerCommand.self, NamespaceCommand.self, HookCommand.self, RetentionCommand.self, Psql.self, Bench.self,
            VersionCommand.self,
        ])
}
