import CairnClient
import Foundation

/// Times and spans as people read them.
enum Times {
    /// `840 ms`, `3.2 s`, `2 m 05 s`, `3 h 12 m`, `4 d 02 h`.
    static func span(_ seconds: TimeInterval) -> String {
        let seconds = max(0, seconds)
        if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 59.95 { return "\(decimal(seconds)) s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) m \(padded(whole % 60)) s" }
        if whole < 86_400 { return "\(whole / 3600) h \(padded(whole / 60 % 60)) m" }
        return "\(whole / 86_400) d \(padded(whole / 3600 % 24)) h"
    }

    /// How long something took or has been taking.
    static func span(from start: Timestamp?, to end: Timestamp?, now: Date) -> String? {
        guard let start = start?.date else { return nil }
        return span((end?.date ?? now).timeIntervalSince(start))
    }

    /// `12 s ago`; `in 5 m` for what is to come.
    static func ago(_ time: Timestamp?, now: Date) -> String {
        guard let date = time?.date else { return time?.text ?? "" }
        let seconds = now.timeIntervalSince(date)
        if abs(seconds) < 1 { return "now" }
        return seconds < 0 ? "in \(coarse(-seconds))" : "\(coarse(seconds)) ago"
    }

    private static func coarse(_ seconds: TimeInterval) -> String {
        switch seconds {
        case ..<60: "\(Int(seconds)) s"
        case ..<3600: "\(Int(seconds) / 60) m"
        case ..<86_400: "\(Int(seconds) / 3600) h"
        default: "\(Int(seconds) / 86_400) d"
        }
    }

    private static func decimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// `2026-11-21 11:42:42.123Z`: what the server wrote, to the millisecond and in UTC.
    static func clock(_ time: Timestamp) -> String {
        guard let date = time.date else { return time.text }
        // The C library's: a history has tens of thousands of times, for which Foundation's formats take seconds.
        let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
        let fraction = (milliseconds % 1000 + 1000) % 1000
        var seconds = time_t((milliseconds - fraction) / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let year = String(parts.tm_year + 1900)
        let day =
            "\(String(repeating: "0", count: max(0, 4 - year.count)))\(year)-\(padded(Int(parts.tm_mon) + 1))-\(padded(Int(parts.tm_mday)))"
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0)) }.joined(separator: ":")
        return "\(day) \(clock).\(fraction < 100 ? "0" : "")\(padded(Int(fraction)))Z"
    }
}
