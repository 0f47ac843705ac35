extension Duration {
    /// Whole milliseconds, never negative, of a duration that may be any length.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = max(0, seconds).multipliedReportingOverflow(by: 1000)
        return overflow ? .max : whole + max(0, attoseconds) / 1_000_000_000_000_000
    }
}
