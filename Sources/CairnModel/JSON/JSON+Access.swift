extension JSON {
    /// The member called `name`; `nil` if there is none or this is no object.
    public subscript(name: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The element at `index`; `nil` if there is none or this is no array.
    public subscript(index: Int) -> JSON? {
        guard case .array(let values) = self, values.indices.contains(index) else { return nil }
        return values[index]
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The value if this is `true` or `false`.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The characters if this is a string.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The number if this is one.
    public var numberValue: JSONNumber? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The value if this is a whole number of at most 64 bits.
    public var intValue: Int64? { numberValue?.intValue }

    /// The value if this is a number that floating point can approximate.
    public var doubleValue: Double? { numberValue?.doubleValue }

    /// The elements if this is an array.
    public var arrayValue: [JSON]? {
        if case .array(let values) = self { values } else { nil }
    }

    /// The members if this is an object.
    public var objectValue: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// What kind of value this is, with its article, for messages: "a string", "an array", "null".
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSON {
    /// A whole number.
    public init(_ value: some BinaryInteger) { self = .number(JSONNumber(value)) }

    /// A string, or `null`.
    public init(_ value: String?) { self = value.map(JSON.string) ?? .null }

    /// An array of whole numbers.
    public init(_ values: [some BinaryInteger]) { self = .array(values.map { JSON($0) }) }
}
