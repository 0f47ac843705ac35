package import Postgres

/// Which dead letters a list shows. Nil means any.
package struct DeadLetterFilter: Sendable {
    /// Only those that nobody has closed.
    package var isOpen = false
    /// A name of a status; the caller has checked it.
    package var status: String?
    /// A name of a reason; the caller has checked it.
    package var reason: String?
    package var namespace: String?
    package var templateName: String?
    package var taskID: Int64?
    package var openedAfter: PostgresTimestamp?
    package var openedBefore: PostgresTimestamp?
    /// 1 to 500.
    package var limit: Int32 = 50
    /// The `next` of the page before.
    package var after: Int64?

    package init() {}
}

extension Store {
    /// A page of dead letters, newest first: `{dead_letters, next}`.
    package func deadLetters(_ filter: DeadLetterFilter) async throws -> JSONText {
        try await only(
            """
            select cairn.dead_letters_json(
              \(filter.isOpen), \(filter.status), \(filter.reason), \(filter.namespace), \(filter.templateName),
              \(filter.taskID), \(filter.openedAfter), \(filter.openedBefore), \(filter.limit), \(filter.after))
            """)
    }

    /// A dead letter with its snapshot; nil when there is none.
    package func deadLetter(_ id: Int64) async throws -> JSONText? { try await first(Self.look(atLetter: id)) }

    /// How many dead letters there are, of what kinds.
    package func deadLetterStats() async throws -> JSONText { try await only("select cairn.dead_letter_stats_json()") }

    /// Opens a dead letter for a task by hand, unless one is open; returns the open one, and whether it is new.
    package func openDeadLetter(task: Int64, _ action: OperatorAction) async throws -> (JSONText, isNew: Bool) {
        let results = try await acting(
            action, on: "task \(task)",
            "select cairn.dead_letters_json(true, p_task_id => \(task)) #> '{dead_letters,0}' is null",
            "select cairn.open_dead_letter(\(task), \(action.by), \(action.reason))",
            """
            select cairn.dead_letter_json(
              (cairn.dead_letters_json(true, p_task_id => \(task)) #>> '{dead_letters,0,id}')::bigint)
            """)
        return (try results.value(2), try results.value(0))
    }

    /// Adds a note to a dead letter; it is under investigation from then on. Returns it.
    package func investigateDeadLetter(_ id: Int64, _ action: OperatorAction) async throws -> JSONText {
        try await acting(
            action, on: "dead letter \(id)",
            "select cairn.investigate_dead_letter(\(id), \(action.by), \(action.reason))",
            Self.look(atLetter: id)
        ).value(1)
    }

    /// Closes a dead letter by an action that the database knows; returns it.
    package func resolveDeadLetter(_ id: Int64, _ name: String, _ action: OperatorAction) async throws -> JSONText {
        try await acting(
            action, on: "dead letter \(id)",
            "select cairn.resolve_dead_letter(\(id), \(name), \(action.by), \(action.reason))",
            Self.look(atLetter: id)
        ).value(1)
    }

    private static func look(atLetter id: Int64) -> PostgresQuery { "select cairn.dead_letter_json(\(id))" }
}
