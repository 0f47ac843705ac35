/// The JSON Schema keywords that `input_schema` may use. Every one of them has an effect; all others are refused.
package enum SchemaKeyword: String, Sendable, CaseIterable {
    case type, properties, required, additionalProperties, items
    case `enum`, const
    case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
    case minLength, maxLength, pattern
    case minItems, maxItems, uniqueItems, minProperties, maxProperties
    case anyOf, oneOf, allOf, not
    case title, description
    case comment = "$comment"
    case examples

    /// The names of the JSON types.
    package static let typeNames = ["null", "boolean", "object", "array", "number", "integer", "string"]

    /// What value a keyword takes.
    enum Shape {
        case schema, schemas, schemaMembers
        case number, positiveNumber, count
        case string, boolean, names, typeNames
        case array, nonEmptyArray, anything
    }

    var shape: Shape {
        switch self {
        case .type: .typeNames
        case .properties: .schemaMembers
        case .required: .names
        case .additionalProperties, .items, .not: .schema
        case .enum: .nonEmptyArray
        case .const: .anything
        case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum: .number
        case .multipleOf: .positiveNumber
        case .minLength, .maxLength, .minItems, .maxItems, .minProperties, .maxProperties: .count
        case .pattern, .title, .description, .comment: .string
        case .uniqueItems: .boolean
        case .anyOf, .oneOf, .allOf: .schemas
        case .examples: .array
        }
    }
}
