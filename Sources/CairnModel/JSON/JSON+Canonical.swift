extension JSON {
    /// The one form of this value: members sorted by the code points of their names, numbers in their canonical text.
    /// Equal values have the same canonical form.
    public var canonical: JSON {
        switch self {
        case .null, .bool, .string: self
        case .number(let number): .number(JSONNumber(scanned: number.canonicalLiteral))
        case .array(let values): .array(values.map(\.canonical))
        case .object(let object):
            .object(
                JSONObject(
                    distinct: object.sortedByName.map {
                        JSONObject.Member(name: $0.name, value: $0.value.canonical)
                    }))
        }
    }

    /// ``canonical`` on one line; what is hashed for a strict identity.
    public var canonicalText: String { canonical.text }
}
