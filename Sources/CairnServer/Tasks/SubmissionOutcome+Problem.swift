import CairnModel
import CairnStore
import Postgres

extension SubmissionOutcome {
    /// The task's id, or why there is none.
    func result() -> Result<(id: Int64, isNew: Bool), Problem> {
        switch self {
        case .created(let id, _): .success((id, true))
        case .existing(let id): .success((id, false))
        case .refused(let code, let message, let details): .failure(Problem(refusal: code, message, details?.bytes))
        }
    }
}

extension Problem {
    /// The answer to a submit that the database refused.
    fileprivate init(refusal code: String, _ message: String, _ details: [UInt8]?) {
        let code = ProblemCode(rawValue: code)
        self.init(Problem.status(of: code), code, message)
        if code == .duplicateTask { hint = "send \"on_duplicate\": \"return\" to get the task that exists" }
        if code == .templateNotFound { hint = "GET /v1/templates lists what is registered" }
        if let details, let object = try? JSON.parse(details).objectValue { members = object.members }
    }
}
