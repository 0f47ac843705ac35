/// An input taken apart: what is literal, and which paths are evaluated where.
struct InputPlan {
    private(set) var literal: JSON = .null
    private(set) var paths: [CompiledStep.InputPath] = []
    private(set) var references: [SQLPath.Reference] = []

    /// Takes `input` apart.
    init(_ input: JSON) {
        literal = separate(input, at: [])
    }

    private mutating func separate(_ value: JSON, at place: [String]) -> JSON {
        switch value {
        case .string(let written):
            let text = InputText(written)
            guard text.isPath, let path = try? SQLPath(written) else { return .string(text.literal) }
            paths.append(CompiledStep.InputPath(at: place, path: path.text))
            references += path.references
            return .null
        case .array(let values):
            var result: [JSON] = []
            for (index, value) in values.enumerated() { result.append(separate(value, at: place + [String(index)])) }
            return .array(result)
        case .object(let object):
            var members: [JSONObject.Member] = []
            for member in object {
                let value = separate(member.value, at: place + [member.name])
                members.append(JSONObject.Member(name: member.name, value: value))
            }
            return .object(JSONObject(distinct: members))
        default: return value
        }
    }
}
