import CairnModel

/// As much of JSON Schema as the published schema uses; an unknown keyword makes it say so, not pass.
struct SchemaCheck {
    let document: JSON
    private let patterns: [String: Regex<AnyRegexOutput>]

    init(document: JSON) {
        self.document = document
        var patterns: [String: Regex<AnyRegexOutput>] = [:]
        func collect(_ value: JSON) {
            if let text = value["pattern"]?.stringValue { patterns[text] = try? Regex(text) }
            value.objectValue?.forEach { collect($0.value) }
            value.arrayValue?.forEach(collect)
        }
        collect(document)
        self.patterns = patterns
    }

    /// What is wrong with `value`, as pointers and keywords; empty when it matches.
    func problems(_ value: JSON, _ schema: JSON? = nil, at path: String = "") -> [String] {
        let schema = schema ?? document
        if case .bool(let accepts) = schema { return accepts ? [] : ["\(path): false"] }
        return (schema.objectValue ?? JSONObject()).flatMap { keyword -> [String] in
            check(keyword.name, keyword.value, value, schema, path)
        }
    }

    private func check(_ keyword: String, _ rule: JSON, _ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        func unless(_ holds: Bool) -> [String] { holds ? [] : ["\(path): \(keyword)"] }
        switch keyword {
        case "$schema", "title", "description", "default", "$defs": return []
        case "$ref":
            let name = (rule.stringValue ?? "").split(separator: "/").last.map(String.init) ?? ""
            return problems(value, document["$defs"]?[name] ?? false, at: path)
        case "type":
            return unless((rule.arrayValue ?? [rule]).contains { isType($0.stringValue ?? "", value) })
        case "enum": return unless(rule.arrayValue?.contains(value) ?? false)
        case "const": return unless(rule == value)
        case "pattern":
            guard let text = value.stringValue, let regex = patterns[rule.stringValue ?? ""] else { return [] }
            return unless(text.firstMatch(of: regex) != nil)
        case "minLength": return unless(Int64(value.stringValue?.unicodeScalars.count ?? .max) >= rule.intValue ?? 0)
        case "maxLength": return unless(Int64(value.stringValue?.unicodeScalars.count ?? 0) <= rule.intValue ?? 0)
        case "minimum": return unless(value.doubleValue ?? .infinity >= rule.doubleValue ?? 0)
        case "maximum": return unless(value.doubleValue ?? -.infinity <= rule.doubleValue ?? 0)
        case "exclusiveMinimum": return unless(value.doubleValue ?? .infinity > rule.doubleValue ?? 0)
        case "minItems": return unless(Int64(value.arrayValue?.count ?? .max) >= rule.intValue ?? 0)
        case "maxItems": return unless(Int64(value.arrayValue?.count ?? 0) <= rule.intValue ?? 0)
        case "uniqueItems": return unless(Set(value.arrayValue ?? []).count == value.arrayValue?.count ?? 0)
        case "items":
            return (value.arrayValue ?? []).enumerated().flatMap { problems($1, rule, at: "\(path)/\($0)") }
        case "required":
            guard let object = value.objectValue else { return [] }
            return unless((rule.arrayValue ?? []).allSatisfy { object[$0.stringValue ?? ""] != nil })
        case "properties":
            return (value.objectValue ?? JSONObject()).flatMap { member in
                rule[member.name].map { problems(member.value, $0, at: "\(path)/\(member.name)") } ?? []
            }
        case "additionalProperties":
            return (value.objectValue ?? JSONObject()).filter { schema["properties"]?[$0.name] == nil }.flatMap {
                problems($0.value, rule, at: "\(path)/\($0.name)")
            }
        case "anyOf": return unless((rule.arrayValue ?? []).contains { problems(value, $0, at: path).isEmpty })
        case "allOf": return (rule.arrayValue ?? []).flatMap { problems(value, $0, at: path) }
        case "if": return problems(value, rule).isEmpty ? problems(value, schema["then"] ?? true, at: path) : []
        case "then": return []
        case "not": return unless(!problems(value, rule, at: path).isEmpty)
        default: return ["\(path): unknown keyword \(keyword)"]
        }
    }

    private func isType(_ name: String, _ value: JSON) -> Bool {
        switch (name, value) {
        case ("null", .null), ("boolean", .bool), ("object", .object), ("array", .array), ("number", .number),
            ("string", .string):
            true
        case ("integer", .number(let number)): number.intValue != nil
        default: false
        }
    }
}
