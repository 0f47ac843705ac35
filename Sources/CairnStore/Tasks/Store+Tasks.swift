package import Postgres

/// Which tasks a list shows. Nil means any.
package struct TaskFilter: Sendable {
    package var namespace: String?
    package var templateName: String?
    /// A name of a task state; the caller has checked it.
    package var state: String?
    package var correlationID: String?
    package var tag: String?
    package var createdAfter: PostgresTimestamp?
    package var createdBefore: PostgresTimestamp?
    /// 1 to 500.
    package var limit: Int32 = 50
    /// The `next` of the page before.
    package var after: Int64?

    package init() {}
}

extension Store {
    /// One task with its steps; nil when there is none.
    package func task(_ id: Int64) async throws -> JSONText? {
        try await first("select cairn.task_json(\(id))")
    }

    /// A page of tasks, newest first: `{tasks, next}`.
    package func tasks(_ filter: TaskFilter) async throws -> JSONText {
        try await only(
            """
            select cairn.tasks_json(
              \(filter.namespace), \(filter.templateName), \(filter.state), \(filter.correlationID), \(filter.tag),
              \(filter.createdAfter), \(filter.createdBefore), \(filter.limit), \(filter.after))
            """)
    }

    /// Both histories of a task: `{task, steps}`; nil when there is no such task.
    package func taskHistory(_ id: Int64) async throws -> JSONText? {
        try await first("select cairn.task_history_json(\(id))")
    }

    /// The results of a task's finished steps by name; nil when there is no such task.
    package func taskResults(_ id: Int64) async throws -> JSONText? {
        try await first("select cairn.task_results_json(\(id))")
    }

    /// The nodes of a task's graph: `[{name, depends_on, state}]`; nil when there is no such task.
    package func taskGraph(_ id: Int64) async throws -> JSONText? {
        try await first("select cairn.task_graph_json(\(id))")
    }

    /// All namespaces.
    package func namespaces() async throws -> JSONText {
        try await only("select cairn.namespaces_json()")
    }
}
