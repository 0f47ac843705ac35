package import Postgres

/// What of this program's schema the database has.
package struct MigrationStatus: Sendable {
    /// One file: whether it is applied as this program carries it, and since when.
    package struct Entry: Sendable {
        package enum State: String, Sendable {
            case applied
            case pending
            /// A code file that has changed since it was applied; the next migration applies it again.
            case changed
        }

        package let name: String
        package let state: State
        package let appliedAt: PostgresTimestamp?
    }

    package let entries: [Entry]
    /// Why this program must not use the database, if so: it is newer, or an applied file was edited.
    package let problem: String?

    /// Whether nothing is left to apply.
    package var isCurrent: Bool { problem == nil && entries.allSatisfy { $0.state == .applied } }
}
