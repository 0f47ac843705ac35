/// Follows whether something that is asked again and again answers: how long to wait, and when to say so.
package struct OutageState: Sendable, Hashable {
    private var failures = 0
    private let longest: Duration

    /// Nothing has failed yet; waits grow up to `longest`.
    package init(longest: Duration = .seconds(10)) { self.longest = longest }

    /// Notes a failure. True for the first of a row: say so, once.
    package mutating func failed() -> Bool {
        failures += 1
        return failures == 1
    }

    /// Notes a success. True for the first after a failure: say so, once.
    package mutating func succeeded() -> Bool {
        defer { failures = 0 }
        return failures > 0
    }

    /// How long to wait before the next try: 250 ms, doubled with each failure.
    package var delay: Duration { min(.milliseconds(250) * (1 << min(max(failures - 1, 0), 16)), longest) }
}
