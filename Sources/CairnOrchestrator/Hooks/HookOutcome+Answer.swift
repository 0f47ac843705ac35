package import CairnModel
package import CairnStore

extension HookOutcome {
    /// How much of an answer's body an error quotes, in characters.
    private static let quotedCharacters = 500

    /// What an answer means: the database decides by its status. `now` is in seconds since 1970.
    package init(_ answer: HookAnswer, now: Double) {
        self.init(status: Int32(answer.status))
        guard !(200..<300).contains(answer.status) else { return }
        let quoted = String(String(decoding: answer.body, as: UTF8.self).escapingControls.prefix(Self.quotedCharacters))
        error = "the receiver answered \(answer.status)" + (quoted.isEmpty ? "" : ": \(quoted)")
        retryAfter = answer.retryAfter.flatMap { RetryAfter.parse($0, now: now) }
    }

    /// What it means that there is no answer.
    package init(_ problem: HookProblem) {
        switch problem {
        case .unreachable(let why): self.init(error: "the receiver gave no answer: \(why)")
        case .refused(let refusal): self.init(error: "\(refusal.message): \(refusal.hint)", isHopeless: true)
        }
    }

    /// What it means that a URL cannot be posted to; one that came over SQL was only glanced at.
    package init(_ invalid: CallbackURL.Invalid) {
        self.init(error: "callback_url \(invalid.rule)", isHopeless: true)
    }
}
