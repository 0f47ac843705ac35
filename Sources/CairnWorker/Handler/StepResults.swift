public import CairnModel

/// What became of the steps that this step depends on (or that its input mapping looks at), by name: the result of one
/// that has succeeded, the error of one that has failed with `"on_failure": "continue"`.
public struct StepResults: Sendable, Hashable {
    /// All results: `{"<step>": <result>, …}`.
    public let document: StepDocument
    /// All errors: `{"<step>": {"code", "message", …}, …}`.
    public let errors: StepDocument

    /// Results from an object, and errors from another; without it there are none.
    public init(document: StepDocument, errors: StepDocument? = nil) {
        self.document = document
        self.errors = errors ?? .emptyObject
    }

    /// The result of a step; nil when there is none of that name. Each call reads the document.
    public func json(_ name: String) throws -> JSON? { try document.json()[name] }

    /// Why a step has failed; nil when it has not. Each call reads the document.
    public func error(of name: String) throws -> DependencyError? {
        try errors.json()[name].map { DependencyError($0) }
    }

    /// The result of a step, decoded.
    ///
    /// - Throws: ``StepFailure``, permanent, when there is no such result or it does not fit.
    public func decode<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value = try json(name) else {
            if try error(of: name) != nil {
                throw StepFailure.permanent(
                    "the step \"\(name)\" has failed and has no result", code: StepErrorCode.inputInvalid)
            }
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
