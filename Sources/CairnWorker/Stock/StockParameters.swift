import CairnModel

/// The parameters of a stock handler: the step's `config`, and over it the members of its mapped input.
///
/// A step that does not map its input gives none: what is in the task's context never overrides the `config`.
struct StockParameters: Sendable {
    let handler: String
    private let values: JSONObject

    init(handler: String, config: StepDocument, input: [UInt8]? = nil) throws {
        self.handler = handler
        var values = try Self.object(config, of: handler, called: "config")
        if let input {
            let value = try Self.parse(StepDocument(bytes: input), of: handler, called: "input")
            for member in value.objectValue ?? JSONObject() { values[member.name] = member.value }
        }
        self.values = values
    }

    /// The parameters of a step.
    init(handler: String, input: [UInt8], context: StepContext) throws {
        try self.init(handler: handler, config: context.config, input: context.mapsInput ? input : nil)
    }

    private static func object(_ document: StepDocument, of handler: String, called what: String) throws -> JSONObject {
        guard case .object(let object) = try parse(document, of: handler, called: what) else {
            throw StepFailure.permanent("the \(what) of \(handler) is no object", code: StepErrorCode.configInvalid)
        }
        return object
    }

    private static func parse(_ document: StepDocument, of handler: String, called what: String) throws -> JSON {
        do {
            return try document.json()
        } catch {
            throw StepFailure.permanent(
                "the \(what) of \(handler) cannot be read: \(error)", code: StepErrorCode.configInvalid)
        }
    }

    /// A parameter; nil when it is not given or null.
    subscript(name: String) -> JSON? { values[name].flatMap { $0.isNull ? nil : $0 } }

    /// Whether a parameter is given, be it null.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// The failure of a parameter.
    func invalid(_ name: String, _ expectation: String) -> StepFailure {
        .permanent("\"\(name)\" of \(handler) must be \(expectation)", code: StepErrorCode.configInvalid)
    }

    func string(_ name: String) throws -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.stringValue else { throw invalid(name, "a string") }
        return text
    }

    /// An object of strings.
    func strings(_ name: String) throws -> [(name: String, value: String)] {
        guard let value = self[name] else { return [] }
        let expectation = "an object whose values are strings"
        guard let object = value.objectValue else { throw invalid(name, expectation) }
        return try object.map { member in
            guard let text = member.value.stringValue else { throw invalid(name, expectation) }
            return (name: member.name, value: text)
        }
    }
}
