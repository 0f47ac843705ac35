/// How the wait before the next attempt grows.
package enum Backoff: String, Sendable, CaseIterable {
    /// No wait.
    case none
    /// `base` each time.
    case fixed
    /// `base` × n.
    case linear
    /// `base` × 2^(n-1).
    case exponential
    /// `base` × fib(n), with fib(1) = fib(2) = 1.
    case fibonacci

    /// What `base` is multiplied by after attempt `attempt` (from 1) failed.
    ///
    /// Floating point, because fib(100) and 2^99 leave 64 bits; every value below 2^53 is exact.
    func factor(afterAttempt attempt: Int) -> Double {
        switch self {
        case .none: return 0
        case .fixed: return 1
        case .linear: return Double(attempt)
        case .exponential: return (1..<max(attempt, 1)).reduce(1.0) { factor, _ in factor * 2 }
        case .fibonacci:
            var pair = (1.0, 1.0)
            for _ in 1..<max(attempt, 1) { pair = (pair.1, pair.0 + pair.1) }
            return pair.0
        }
    }
}
