package import CairnModel
import Postgres

/// An action of an operator: who, why, and from which address.
package struct OperatorAction: Sendable {
    package let by: String
    package let reason: String
    /// The address of whoever asked, if it is known.
    package let address: String?

    package init(_ whoAndWhy: WhoAndWhy, address: String?) {
        by = whoAndWhy.by
        reason = whoAndWhy.reason
        self.address = address
    }
}

extension Store {
    /// Runs the statement of an action, and others that look at what came of it, as one transaction. The address is set
    /// for it, so that `operator_actions` has it.
    func acting(_ action: OperatorAction, _ statements: PostgresQuery...) async throws -> [PostgresResult] {
        try await refusing {
            let address: PostgresQuery = "select set_config('cairn.address', \(action.address ?? ""), true)"
            return Array(try await pool.run([address] + statements).dropFirst())
        }
    }
}

extension [PostgresResult] {
    /// The first value of the statement at a place.
    func value<Value: PostgresDecodable>(_ place: Int, as type: Value.Type = Value.self) throws -> Value {
        guard indices.contains(place), let value = try self[place].rows(as: Value?.self).first ?? nil else {
            throw CairnError(.internal, "the database returned no row where one always is")
        }
        return value
    }
}
