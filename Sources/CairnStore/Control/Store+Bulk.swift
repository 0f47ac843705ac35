package import Postgres

extension Store {
    /// Counts the tasks that an action would be tried on: `{matched, by_state}`.
    package func countBulk(_ name: String, filter: JSONB) async throws -> JSONB {
        try await only("select cairn.count_bulk(\(filter), \(name))")
    }

    /// Does an action to the next tasks of a filter, at most `limit` of them: `{done, refused: [], next}`.
    package func bulk(
        _ name: String, filter: JSONB, options: JSONB, after: Int64, limit: Int32, _ action: OperatorAction
    ) async throws -> JSONB {
        try await acting(
            action, on: "a task of the filter",
            """
            select cairn.bulk_action(
              \(name), \(filter), \(action.by), \(action.reason), \(options), \(after), \(limit))
            """
        ).value(0)
    }
}
