/// The ranges of what a template may say. The published schema states the same; a test compares them.
package enum TemplateLimits {
    /// The longest name of a namespace, template or step.
    package static let nameLength = 63
    /// The longest name of a handler.
    package static let handlerLength = 127
    /// The most steps of a template.
    package static let steps = 10_000
    /// The largest template, in bytes.
    package static let bytes = 4 * 1024 * 1024
    /// How long one attempt may take.
    package static let timeout = Milliseconds.milliseconds(1)...Milliseconds.days(30)
    /// How long a wait between attempts may be.
    package static let wait = Milliseconds.milliseconds(1)...Milliseconds.days(30)
    /// How long a step may wait once its dependencies are met.
    package static let delay = Milliseconds.milliseconds(1)...Milliseconds.days(365)
    /// How long a failure may hold a task.
    package static let hold = Milliseconds.milliseconds(1)...Milliseconds.days(365)
    /// How long a task may make no progress; sooner than after a minute nobody looks.
    package static let stale = Milliseconds.minutes(1)...Milliseconds.days(365)
    /// How often a step may run.
    package static let attempts = 1...100
    /// How far a wait may be off.
    package static let jitter = 0.0...1.0
    /// How many issues are listed.
    package static let issues = 1000
}
