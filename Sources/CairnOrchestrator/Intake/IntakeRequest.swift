package import CairnStore
import Postgres

/// The submissions of one caller, and whom to tell what became of them.
package struct IntakeRequest<Reply: Sendable>: Sendable {
    /// What to submit; those of one `group` stand or fall together.
    package let submissions: [TaskSubmission]
    /// Whom to tell.
    package let reply: Reply
    /// Whether it waits for a key that is held, or is told so at once.
    package let waitsForKeys: Bool
    /// The bytes of its payloads.
    package let bytes: Int

    /// A request.
    package init(_ submissions: [TaskSubmission], waitsForKeys: Bool = true, reply: Reply) {
        self.submissions = submissions
        self.reply = reply
        self.waitsForKeys = waitsForKeys
        bytes = submissions.reduce(0) { $0 + ($1.context?.bytes.count ?? 0) + ($1.options?.bytes.count ?? 0) }
    }

    /// The keys of its submissions.
    var keys: [IntakeKey] { submissions.map(IntakeKey.init) }

    /// Its key, if it is known which one that is.
    var onlyKey: IntakeKey? { submissions.count == 1 ? submissions.first.map(IntakeKey.init) : nil }
}

extension Collection {
    /// The submissions of several requests as one statement takes them: groups are renumbered, so that no two requests
    /// share one.
    package func gathered<Reply>() -> [TaskSubmission] where Element == IntakeRequest<Reply> {
        var next: Int32 = 0
        var gathered: [TaskSubmission] = []
        for request in self {
            var numbers: [Int32: Int32] = [:]
            for var submission in request.submissions {
                let number = numbers[submission.group] ?? next
                if number == next {
                    numbers[submission.group] = number
                    next += 1
                }
                submission.group = number
                gathered.append(submission)
            }
        }
        return gathered
    }
}
