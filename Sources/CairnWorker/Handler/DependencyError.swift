public import CairnModel

/// Why a dependency has failed for good that lets its dependents deal with it (`"on_failure": "continue"`).
public struct DependencyError: Sendable, Hashable {
    /// What went wrong, as a name that stays; see ``StepFailure/code``.
    public let code: String
    /// What went wrong, as a sentence.
    public let message: String
    /// What else is stored about it: the members beside `code` and `message`.
    public let details: JSONObject

    init(_ json: JSON) {
        var details = json.objectValue ?? JSONObject()
        code = details["code"]?.stringValue ?? ""
        message = details["message"]?.stringValue ?? ""
        details["code"] = nil
        details["message"] = nil
        self.details = details
    }
}
