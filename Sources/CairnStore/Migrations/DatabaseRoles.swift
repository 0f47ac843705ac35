/// What became of the roles that were to be made.
package struct DatabaseRoles: Sendable, Equatable {
    /// They were there already.
    package var found: [String]
    package var made: [String]
}
