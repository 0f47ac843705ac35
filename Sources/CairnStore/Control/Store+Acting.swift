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

/// An action that somebody was in the way of for too long; nothing was changed.
package struct ActionDelayed: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// Another session of the database has locked it.
        case locked
        /// Its commit waited in vain for a lock, such as the one that NOTIFY takes: another session's commit hangs.
        case uncommitted
        /// No connection for actions was free: all of them wait for something that is locked, or the database takes none.
        case queued
    }

    /// What the action was about: `task 42`.
    package let subject: String
    package let reason: Reason
}

extension ActionDelayed: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .locked: "\(subject) is locked by another session of the database"
        case .uncommitted: "the action on \(subject) could not be committed, for another session's commit hangs"
        case .queued: "no connection for actions was free in time, so \(subject) could not be attended to"
        }
    }
}

extension Store {
    /// Runs the statement of an action, and others that look at what came of it, as one transaction. The address is set
    /// for it, so that `operator_actions` has it.
    ///
    /// - Throws: ``ActionDelayed`` when somebody is in the way for longer than the connections allow.
    func acting(
        _ action: OperatorAction, on subject: String, _ statements: PostgresQuery...
    ) async throws -> [PostgresResult] {
        let address: PostgresQuery = "select set_config('cairn.address', \(action.address ?? ""), true)"
        return try await inTime(subject) { Array(try await control.run([address] + statements).dropFirst()) }
    }

    /// Runs what may have to wait for a lock.
    func inTime<Result>(_ subject: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await refusing(body)
        } catch let error as PostgresError where error.isLockTimeout {
            // Whatever a statement waits for, PostgreSQL says where; a commit is nowhere.
            throw ActionDelayed(subject: subject, reason: error.context == nil ? .uncommitted : .locked)
        } catch let error as PostgresError where error.code == .acquireTimeout {
            throw ActionDelayed(subject: subject, reason: .queued)
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
