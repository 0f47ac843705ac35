/// How often a step runs, and how long it waits between attempts.
package struct RetryPolicy: Sendable, Hashable {
    /// What applies when a template says nothing: 3 attempts, exponential from 1s up to 5m, jitter 0.15.
    package static let standard = RetryPolicy(
        maxAttempts: 3, backoff: .exponential, base: .seconds(1), max: .minutes(5), jitter: 0.15)

    /// The total number of runs, the first one included.
    package var maxAttempts: Int
    /// How the wait grows.
    package var backoff: Backoff
    /// The wait that the backoff multiplies.
    package var base: Milliseconds
    /// The longest wait.
    package var max: Milliseconds
    /// How far the wait may be off, as a fraction: 0.15 is up to 15 % less or more.
    package var jitter: Double

    /// A policy.
    package init(maxAttempts: Int, backoff: Backoff, base: Milliseconds, max: Milliseconds, jitter: Double) {
        self.maxAttempts = maxAttempts
        self.backoff = backoff
        self.base = base
        self.max = max
        self.jitter = jitter
    }

    /// The wait after attempt number `attempt` (from 1) has failed; `random` lies in 0..<1.
    ///
    /// SQL computes the same, so the formula is exact, in IEEE double precision, milliseconds throughout:
    ///
    /// ```
    /// raw    = base × factor(attempt)      none 0 · fixed 1 · linear n · exponential 2^(n-1) · fibonacci fib(n)
    /// capped = min(raw, max)
    /// spread = capped × (1 + jitter × (2 × random − 1))
    /// delay  = floor(max(0, min(spread, max)) + 0.5)
    /// ```
    package func delay(afterAttempt attempt: Int, random: Double) -> Milliseconds {
        let longest = Double(max.rawValue)
        let raw = Double(base.rawValue) * backoff.factor(afterAttempt: attempt)
        let capped = Swift.min(raw, longest)
        let spread = capped * (1 + jitter * (2 * random - 1))
        let delay = (Swift.max(0, Swift.min(spread, longest)) + 0.5).rounded(.down)
        return Milliseconds(rawValue: Int64(delay))
    }
}
