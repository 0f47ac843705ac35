import CairnModel
import Postgres

extension Store {
    /// Submits tasks in one statement and one commit; the outcomes come in the order of the submissions, with those of
    /// the new tasks that are to be shown.
    ///
    /// A submission is durable when this returns. After `PostgresError.outcomeUnknown` it may or may not be stored:
    /// only one with an idempotency key may be sent again.
    ///
    /// A key that somebody's open transaction has is waited for; for `lockTimeout` at most, if one is given.
    package func submit(
        _ submissions: [TaskSubmission], lockTimeout: Duration? = nil
    ) async throws -> [SubmissionOutcome] {
        let shown = submissions.contains(where: \.isShown) ? submissions.map(\.isShown) : nil
        let query: PostgresQuery = """
            select task_id, existing, code, message, details, task from cairn.submit_tasks(
              \(submissions.map(\.group)), \(submissions.map(\.namespace)), \(submissions.map(\.templateName)),
              \(submissions.map(\.context)), \(submissions.map(\.options)), \(shown))
            """
        var batch = PostgresBatch()
        if let lockTimeout {
            // One round trip and one transaction with the submit.
            batch.add("select set_config('lock_timeout', \(String(max(1, lockTimeout.milliseconds))), true)")
        }
        batch.add(query)
        guard let result = try await pool.run(batch.queries).last else { return [] }
        return try result.rows(as: (Int64?, Bool, String?, String?, JSONB?, JSONText?).self).map {
            id, existing, code, message, details, task in
            if let code { return .refused(code: code, message: message ?? code, details: details) }
            guard let id else { return .refused(code: "internal", message: "the database made no task", details: nil) }
            return existing ? .existing(id) : .created(id, task: task)
        }
    }
}
