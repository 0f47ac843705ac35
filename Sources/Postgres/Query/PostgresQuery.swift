/// A statement and its parameters.
///
/// Written as a string literal: `"select name from tasks where id = \(id)"`. An interpolated value can only become a
/// parameter (`$1`); text gets in by `\(unescaped:)` alone,
/// and a name, quoted, by `\(identifier:)`.
public struct PostgresQuery: Sendable, Hashable {
    /// The text, with `$1`, `$2`, … in place of the values.
    public private(set) var sql: String
    /// The values.
    public private(set) var binds: PostgresBinds

    /// A statement from text that is trusted, and values for its `$1`, `$2`, ….
    public init(unescaped sql: String, binds: PostgresBinds = PostgresBinds()) {
        self.sql = sql
        self.binds = binds
    }

    /// A statement from text that is trusted, and values for its `$1`, `$2`, ….
    public init<each Parameter: PostgresEncodable>(unescaped sql: String, _ parameters: repeat each Parameter) {
        var binds = PostgresBinds()
        repeat binds.append(each parameters)
        self.init(unescaped: sql, binds: binds)
    }

    /// By text and types only; values are not compared.
    public static func == (left: Self, right: Self) -> Bool {
        left.sql == right.sql && left.binds.types == right.binds.types
    }

    /// By text and types only.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(sql)
        hasher.combine(binds.types)
    }
}

extension PostgresQuery: CustomStringConvertible, CustomDebugStringConvertible {
    /// The text, without the values.
    public var description: String { sql }
    /// The text, without the values.
    public var debugDescription: String { sql }
}
