import CairnClient
import CairnModel

extension TaskObject {
    /// Its state as people are told it: a task that is being stopped says so.
    var shownState: String { isCancelling ? "cancelling" : stateName }
    /// How that looks.
    var look: StateLook { isCancelling ? StateLook(step: .cancelled) : StateLook(task: state) }

    /// The task in one line: `task 3  example/troubled 1.0.0  error`.
    var line: Line {
        Line([
            Span("task \(id)", .bold), Span("  \(namespace)/\(templateName) \(templateVersion)  "),
            Span(shownState, look.colour),
        ])
    }
}
