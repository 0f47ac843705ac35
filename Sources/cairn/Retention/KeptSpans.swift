import CairnClient
import CairnModel

/// How long finished tasks and the history are kept, or are to be; nil is for ever.
///
/// The database has the say when they are changed (`cairn.set_retention`). A preview, which does not ask it to change
/// anything, refuses the same in the same words; a test compares the two.
struct KeptSpans {
    private var tasks: Milliseconds?
    private var history: Milliseconds?

    init(_ now: RetentionObject) {
        tasks = now.keepTasks.flatMap { Milliseconds($0) }
        history = now.keepHistory.flatMap { Milliseconds($0) }
    }

    /// With what was said of them; what was not said stays.
    func changed(tasks: String?, history: String?) -> KeptSpans {
        var changed = self
        if let tasks { changed.tasks = Milliseconds(tasks) }
        if let history { changed.history = Milliseconds(history) }
        return changed
    }

    /// Throws when they cannot be kept so.
    func check() throws(CommandError) {
        // PostgreSQL counts 30 days a month when it compares a span with years.
        let longest = Milliseconds.days(100 * 12 * 30)
        if tasks.map({ $0 < .hours(1) || $0 > longest }) == true
            || history.map({ $0 < .days(1) || $0 > longest }) == true
        {
            throw refusal(
                "tasks are kept for an hour at least, the history for a day, both for 100 years at most, or for ever")
        }
        guard let history else { return }
        if tasks.map({ history < $0 }) ?? true {
            let kept = tasks.map { "for \($0)" } ?? "for ever"
            throw refusal("the history must be kept for as long as the tasks it is of, which are kept \(kept)")
        }
    }

    private func refusal(_ what: String) -> CommandError {
        CommandError(.badInput, "invalid_retention", what)
    }
}
