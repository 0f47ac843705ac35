public import Foundation

/// A time as the server wrote it (RFC 3339), and as a date.
public struct Timestamp: Sendable, Hashable, CustomStringConvertible {
    /// The time as it was written, with all its digits.
    public let text: String
    /// The time as a date; `nil` if the text is none.
    public let date: Date?

    /// A time from its text.
    public init(_ text: String) {
        self.text = text
        date = Self.parse(text)
    }

    /// The text.
    public var description: String { text }

    /// Reads `2026-11-21T11:42:42.123456+00:00` and what is like it, to the microsecond.
    private static func parse(_ text: String) -> Date? {
        guard
            let match = text.wholeMatch(
                of: #/(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d(?::?\d\d)?)/#)
        else { return nil }
        var zone = String(match.4).uppercased()
        if zone.count == 3 { zone += ":00" }
        if zone.count == 5 { zone.insert(":", at: zone.index(zone.startIndex, offsetBy: 3)) }
        let strategy = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        guard let whole = try? strategy.parse("\(match.1)T\(match.2)\(zone)") else { return nil }
        let fraction = match.3.flatMap { Double("0" + $0) } ?? 0
        return whole.addingTimeInterval(fraction)
    }
}
