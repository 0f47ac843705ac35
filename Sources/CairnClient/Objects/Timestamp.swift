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
        var reader = TimestampReader(text.utf8)
        date = reader.read().map(Date.init(timeIntervalSince1970:))
    }

    /// The text.
    public var description: String { text }
}

/// Reads `2026-11-21T11:42:42.123456+00:00` and what is like it, to the microsecond. Byte by byte: a task has tens of
/// thousands of times, and a regular expression takes seconds for them.
private struct TimestampReader {
    private var rest: Substring.UTF8View

    init(_ text: String.UTF8View) { rest = text[...] }

    /// The seconds since 1970.
    mutating func read() -> Double? {
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2) else { return nil }
        guard take("T") || take("t") || take(" ") else { return nil }
        guard let hour = number(2), take(":"), let minute = number(2), take(":"), let second = number(2) else {
            return nil
        }
        guard (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day) else { return nil }
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        guard let fraction = fraction(), let zone = zone(), rest.isEmpty else { return nil }
        let seconds = ((Self.days(before: year, month, day) * 24 + hour) * 60 + minute) * 60 + second
        return Double(seconds - zone * 60) + fraction
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digit() -> Int? {
        guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        rest.removeFirst()
        return Int(byte - UInt8(ascii: "0"))
    }

    private mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// 0 when there is none; `nil` for a point without digits.
    private mutating func fraction() -> Double? {
        guard take(".") else { return 0 }
        guard var value = digit().map(Double.init) else { return nil }
        var scale = 10.0
        while let digit = digit() {
            value = value * 10 + Double(digit)
            scale *= 10
        }
        return value / scale
    }

    /// How many minutes the time is ahead of UTC: `Z`, `+02`, `+0200`, `+02:00`.
    private mutating func zone() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(2) else { return nil }
        if rest.isEmpty { return sign * hours * 60 }
        _ = take(":")
        return number(2).map { sign * (hours * 60 + $0) }
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// The days from 1970-01-01, in the Gregorian calendar: years begin in March, so that the leap day is the last.
    private static func days(before year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let inYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + inYear - 719_468
    }
}
