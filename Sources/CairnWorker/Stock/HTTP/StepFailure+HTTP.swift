import CairnModel
import Foundation

extension StepFailure {
    /// How much of a body an error quotes, in characters.
    static let quotedCharacters = 500

    /// The failure of an answer that is no success. 408, 425, 429 and 5xx may pass; anything else will not.
    init(_ answer: HTTPAnswer) {
        let text = String(decoding: answer.body.prefix(4 * Self.quotedCharacters), as: UTF8.self)
        let quoted = String(text.prefix(Self.quotedCharacters))
        let isPassing = [408, 425, 429].contains(answer.status) || answer.status >= 500
        self.init(
            kind: isPassing ? .retryable : .permanent, code: StepErrorCode.httpStatus,
            message: "the server answered \(answer.status)" + (quoted.isEmpty ? "" : ": \(quoted)"),
            retryAfter: isPassing
                ? answer.headers["retry-after"].flatMap { RetryAfter.parse($0, now: Date.now.timeIntervalSince1970) }
                : nil,
            details: answer.statusDetails)
    }

    /// The failure of a request that got no answer.
    init(_ problem: HTTPProblem) {
        switch problem {
        case .badRequest(let why): self = .permanent(why, code: StepErrorCode.configInvalid)
        case .unreachable(let why):
            self = .retryable("the server gave no answer: \(why)", code: StepErrorCode.httpUnreachable)
        case .bodyTooLarge(let limit):
            self = .permanent("the answer's body has more than \(limit) bytes", code: StepErrorCode.httpBody)
        }
    }
}
