/// How long to wait before a child that died is started again: longer each time, from anew after it has run for a while.
struct RestartBackoff: Sendable {
    private var failures = 0

    /// The wait after the child has run for so long.
    mutating func next(after run: Duration) -> Duration {
        if run > .seconds(60) { failures = 0 }
        failures += 1
        return min(.seconds(30), .milliseconds(500) * (1 << min(failures - 1, 6)))
    }
}
