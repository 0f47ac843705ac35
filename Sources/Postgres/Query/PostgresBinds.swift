/// The values of a statement's parameters, already in binary form. They are never printed.
public struct PostgresBinds: Sendable {
    /// Where a value lies in `buffer`; nil is NULL.
    struct Value: Sendable {
        var offset: Int
        var length: Int?
    }

    private(set) var types: [PostgresType] = []
    private(set) var values: [Value] = []
    private(set) var buffer = PostgresBuffer()

    /// No values.
    public init() {}

    /// How many values there are.
    public var count: Int { types.count }

    /// Adds a value, with the type it announces.
    public mutating func append<Parameter: PostgresEncodable>(_ value: Parameter) {
        types.append(Parameter.postgresType)
        let offset = buffer.count
        if value.isPostgresNull {
            values.append(Value(offset: offset, length: nil))
        } else {
            value.encode(into: &buffer)
            values.append(Value(offset: offset, length: buffer.count - offset))
        }
    }
}

extension PostgresBinds: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Only how many there are.
    public var description: String { "\(count) binds" }
    /// Only how many there are.
    public var debugDescription: String { description }
    /// Only how many there are.
    public var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}
