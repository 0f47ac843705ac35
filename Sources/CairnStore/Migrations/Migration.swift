/// One SQL file of `Migrations/`.
///
/// Files of `tables/` are applied once, in the order of their numbers, and never change afterwards. Files of `views/`
/// and `functions/` are code: they are applied again, all together, whenever one of them has changed.
package struct Migration: Sendable, Equatable {
    /// The file's path inside `Migrations/`, such as `tables/0001_state_machines.sql`.
    package let name: String
    /// The file's text.
    package let sql: String

    /// Whether the file is applied once only.
    package var isTable: Bool { name.hasPrefix("tables/") }

    /// All files that this program carries: tables, then views, then functions, each in order.
    package static let all: [Migration] = embeddedFiles.map { Migration(name: $0.name, sql: $0.text) }
}
