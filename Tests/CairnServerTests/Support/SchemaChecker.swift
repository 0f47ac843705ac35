import CairnModel
import CairnServer

/// Checks values against the schemas of `openapi.json`: as much of JSON Schema as that file uses.
struct SchemaChecker {
    let document: JSON

    init() throws { document = try JSON.parse(openAPIDocument) }

    /// What is wrong with `value` as the schema called `name`, as sentences.
    func errors(_ value: JSON, as name: String) -> [String] {
        errors(value, ["$ref": .string("#/components/schemas/\(name)")], at: "")
    }

    private func errors(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        if let reference = schema["$ref"]?.stringValue {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            guard let target = document["components"]?["schemas"]?[name] else { return ["\(place): no schema \(name)"] }
            return errors(value, target, at: place)
        }
        var found: [String] = []
        if let types = schema["type"] {
            let names = types.arrayValue?.compactMap(\.stringValue) ?? [types.stringValue ?? ""]
            if !names.contains(where: { value.hasType($0) }) {
                found.append("\(place): \(value.kindName), not \(names)")
            }
        }
        if let choices = schema["enum"]?.arrayValue, !choices.contains(value) {
            found.append("\(place): not in the enum")
        }
        if let object = value.objectValue {
            for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where object[name] == nil {
                found.append("\(place): \(name) is missing")
            }
            for member in object {
                if let property = schema["properties"]?[member.name] {
                    found += errors(member.value, property, at: "\(place)/\(member.name)")
                } else if let rest = schema["additionalProperties"], rest.objectValue != nil {
                    found += errors(member.value, rest, at: "\(place)/\(member.name)")
                } else if schema["additionalProperties"]?.boolValue == false {
                    found.append("\(place): \(member.name) is not described")
                }
            }
        }
        if let items = schema["items"] {
            for (index, item) in (value.arrayValue ?? []).enumerated() {
                found += errors(item, items, at: "\(place)/\(index)")
            }
        }
        return found
    }
}

extension JSON {
    fileprivate func hasType(_ name: String) -> Bool {
        switch name {
        case "null": isNull
        case "string": stringValue != nil
        case "integer": intValue != nil
        case "number": numberValue != nil
        case "boolean": boolValue != nil
        case "array": arrayValue != nil
        case "object": objectValue != nil
        default: false
        }
    }
}
