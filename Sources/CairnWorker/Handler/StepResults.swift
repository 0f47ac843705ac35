public import CairnModel

/// The results of the steps that this step depends on (or that its input mapping looks at), by name.
public struct StepResults: Sendable, Hashable {
    /// All of them: `{"<step>": <result>, …}`.
    public let document: StepDocument

    /// Results from an object.
    public init(document: StepDocument) { self.document = document }

    /// The result of a step; nil when there is none of that name. Each call reads the document.
    public func json(_ name: String) throws -> JSON? { try document.json()[name] }

    /// The result of a step, decoded.
    ///
    /// - Throws: ``StepFailure``, permanent, when there is no such result or it does not fit.
    public func decode<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value = try json(name) else {
            throw StepFailure.permanent(
                "there is no result of a step \"\(name)\": is it among depends_on?", code: StepErrorCode.inputInvalid)
        }
        do {
            return try StepDocument(bytes: value.bytes).decode(as: type)
        } catch {
            throw StepFailure.permanent(
                "the result of \"\(name)\" does not fit: \(CodingFault.describe(error))",
                code: StepErrorCode.inputInvalid)
        }
    }
}
