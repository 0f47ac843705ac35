import CairnClient
import CairnModel

/// The error of a step's last attempt in full: its message, and whatever else it holds, such as the end of `stderr`.
struct StepErrorText {
    private let step: StepObject
    private let error: JSON

    /// `nil` when the step has no error, or has overcome it.
    init?(_ step: StepObject) {
        guard let error = step.error, step.state != .complete else { return nil }
        self.step = step
        self.error = error
    }

    /// Whether there is more than the first line of the message.
    var hasMore: Bool {
        !members.isEmpty || (step.errorMessage ?? "").contains(where: \.isNewline)
    }

    /// How many columns its message takes in one line.
    var width: Int { displayWidth(sanitized(step.errorMessage ?? "")) }

    func lines(width: Int) -> [Line] {
        let look = StateLook(step: step.state)
        let notes = ["attempt \(step.attempt)/\(step.maxAttempts)", error["code"]?.stringValue ?? ""]
        var lines = [
            Line([
                Span("\(look.symbol) \(step.name)", look.colour),
                Span("  " + notes.filter { !$0.isEmpty }.joined(separator: "  "), .dim),
            ])
        ]
        lines += paragraphs(step.errorMessage ?? "", indent: 2, width)
        for member in members {
            guard case .string(let text) = member.value else {
                lines += paragraphs("\(member.name): \(member.value.text)", indent: 2, width)
                continue
            }
            lines.append(Line("  \(member.name):", .dim))
            lines += paragraphs(text, indent: 4, width)
        }
        return lines
    }

    /// What stands beside code and message.
    private var members: [JSONObject.Member] {
        // Without a message, the whole error is shown as one.
        guard error["message"]?.stringValue != nil else { return [] }
        return (error.objectValue?.members ?? []).filter { !["code", "message"].contains($0.name) && !$0.value.isNull }
    }

    private func paragraphs(_ text: String, indent: Int, _ width: Int) -> [Line] {
        let space = String(repeating: " ", count: indent)
        return text.split(whereSeparator: \.isNewline).flatMap { wrapped(sanitized(String($0)), to: width - indent) }
            .map { Line(space + $0) }
    }
}
