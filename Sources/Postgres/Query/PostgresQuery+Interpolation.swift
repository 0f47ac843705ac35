extension PostgresQuery: ExpressibleByStringInterpolation {
    /// A statement without parameters.
    public init(stringLiteral value: String) { self.init(unescaped: value) }

    /// A statement whose interpolated values became parameters.
    public init(stringInterpolation: StringInterpolation) {
        self.init(unescaped: stringInterpolation.sql, binds: stringInterpolation.binds)
    }

    /// Gathers the text and the parameters of a literal.
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        var sql = ""
        var binds = PostgresBinds()

        /// Called by the compiler.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.reserveCapacity(literalCapacity + 3 * interpolationCount)
        }

        /// Called by the compiler.
        public mutating func appendLiteral(_ literal: String) { sql += literal }

        /// The value becomes the next parameter.
        public mutating func appendInterpolation<Parameter: PostgresEncodable>(_ value: Parameter) {
            binds.append(value)
            sql += "$\(binds.count)"
        }

        /// The value, or NULL, becomes the next parameter.
        public mutating func appendInterpolation<Parameter: PostgresEncodable>(_ value: Parameter?) {
            binds.append(value)
            sql += "$\(binds.count)"
        }

        /// Text that is trusted, as it is.
        public mutating func appendInterpolation(unescaped text: String) { sql += text }

        /// A name, in double quotes.
        public mutating func appendInterpolation(identifier name: String) { sql += quoted(identifier: name) }
    }
}

/// A name as SQL writes it between double quotes.
func quoted(identifier name: String) -> String {
    var text = "\""
    for character in name.unicodeScalars where character.value != 0 {
        if character == "\"" { text += "\"" }
        text.unicodeScalars.append(character)
    }
    return text + "\""
}
