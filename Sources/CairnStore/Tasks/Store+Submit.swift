import Postgres

extension Store {
    /// Submits tasks in one statement and one commit; the outcomes come in the order of the submissions.
    ///
    /// A submission is durable when this returns. After `PostgresError.outcomeUnknown` it may or may not be stored:
    /// only one with an idempotency key may be sent again.
    package func submit(_ submissions: [TaskSubmission]) async throws -> [SubmissionOutcome] {
        let query: PostgresQuery = """
            select task_id, existing, code, message, details from cairn.submit_tasks(
              \(submissions.map(\.group)), \(submissions.map(\.namespace)), \(submissions.map(\.templateName)),
              \(submissions.map(\.context)), \(submissions.map(\.options)))
            """
        let rows = try await pool.query(query, as: (Int64?, Bool, String?, String?, JSONB?).self)
        return rows.map { id, existing, code, message, details in
            if let code { return .refused(code: code, message: message ?? code, details: details) }
            guard let id else { return .refused(code: "internal", message: "the database made no task", details: nil) }
            return existing ? .existing(id) : .created(id)
        }
    }
}
