extension PostgresConnection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// The `begin` travels with the first statement. The commit is not cancelled with the task, for whoever cancels
    /// then could not know what became of it. Transactions do not nest.
    public func withTransaction<Result>(
        isolation level: PostgresIsolation = .readCommitted, readOnly: Bool = false,
        actor: isolated (any Actor)? = #isolation, _ body: (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let begin = "begin isolation level \(level.sql) read \(readOnly ? "only" : "write")"
        guard wire.beginTransaction(begin) else {
            throw PostgresError(code: .configuration, message: "a transaction inside a transaction")
        }
        do {
            let result = try await body(self)
            try await commit()
            return result
        } catch {
            await rollBack()
            throw error
        }
    }

    private func commit() async throws {
        guard wire.endTransaction() else { return wire.transactionEnded() }
        let outcome = await wire.run(.group(["commit"]), lease: lease, isCommit: true, isShielded: true)
        wire.transactionEnded()
        if let error = outcome.error { throw error }
        if outcome.results.first?.tag == "ROLLBACK" {
            throw PostgresError(
                code: .server, message: "the transaction was rolled back, for a statement in it had failed",
                sqlState: "25P02")
        }
    }

    private func rollBack() async {
        if wire.endTransaction() {
            _ = await wire.run(.group(["rollback"]), lease: lease, isShielded: true)
        }
        wire.transactionEnded()
    }
}
