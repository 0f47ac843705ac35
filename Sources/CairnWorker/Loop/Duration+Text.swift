import CairnModel

extension Duration {
    /// Whole milliseconds, never negative, of a duration that may be any length.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = max(0, seconds).multipliedReportingOverflow(by: 1000)
        return overflow ? .max : whole + max(0, attoseconds) / 1_000_000_000_000_000
    }

    /// As templates write it: `30s`.
    var text: String { Milliseconds(rawValue: milliseconds).description }
}
